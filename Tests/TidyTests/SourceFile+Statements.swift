extension SourceFile {
  /// Types that conform to `Statement`, with their lines.
  var declaredStatements: [(line: Int, name: String)] {
    codeLines.compactMap { number, line in
      guard line.contains("Statement"),
        let match = line.firstMatch(
          of: /\b(?:struct|enum|extension)\s+(\w+)\b[^:{]*:[^{]*\b\w*Statement\b/)
      else { return nil }
      return (number, String(match.1))
    }
  }
}
