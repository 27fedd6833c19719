/// A broken rule, as `path:line: what is wrong`.
struct Violation: Equatable, CustomStringConvertible {
  var description: String

  init(_ file: SourceFile, _ line: Int, _ text: String) {
    description = "\(file.path):\(line): \(text)"
  }

  init(_ text: String) { description = text }
}

extension String {
  /// Its words when read as an identifier: `HTTPErrorInfo2` has `HTTP`, `Error`, `Info2`.
  var camelCaseWords: [String] {
    var words: [String] = []
    let letters = Array(self)
    for (index, letter) in letters.enumerated() {
      let beginsWord =
        letter.isUppercase
        && (index == 0 || !letters[index - 1].isUppercase
          || (index + 1 < letters.count && letters[index + 1].isLowercase))
      if beginsWord || words.isEmpty { words.append("") }
      words[words.count - 1].append(letter)
    }
    return words
  }
}

extension Regex {
  /// The same pattern with `\b` between word characters and others only:
  /// `a.b` has two words.
  var plain: Regex { wordBoundaryKind(.simple) }
}
