import Testing

@Suite struct `Sizes stay human` {
  private let repository = Repository.shared

  @Test func `of files`() {
    var broken: [Violation] = []
    for file in repository.files where !file.isGenerated && !file.isTable {
      let limit = lineMax(of: file)
      if file.lineCount > limit {
        broken.append(Violation(file, limit, "\(file.lineCount) lines, \(limit) are allowed"))
      }
    }
    for (path, limit) in [("Package.swift", 150), ("README.md", 250)] {
      let count = SourceFile(path: path, text: repository.text(path)).lineCount
      if count > limit { broken.append(Violation("\(path): \(count) lines, \(limit) are allowed")) }
    }
    #expect(broken == [])
  }

  @Test func `of folders`() {
    let folders = Dictionary(grouping: repository.files.filter { !$0.isGenerated }) {
      $0.path.split(separator: "/").dropLast().joined(separator: "/")
    }
    let crowded = folders.filter { $0.value.filter { $0.isSwift }.count > 25 }
    #expect(crowded.map { "\($0.key): \($0.value.count) files, 25 are allowed" }.sorted() == [])
  }

  @Test func `of lines`() {
    var broken: [Violation] = []
    for file in repository.files where !file.isGenerated {
      for (index, line) in file.lines.enumerated() where line.utf8.count > 100 {
        // What swift format can't break: one long literal, such as a known digest.
        if line.count > 100, !file.isTable {
          broken.append(Violation(file, index + 1, "\(line.count) columns, 100 are allowed"))
        }
      }
    }
    #expect(broken == [])
  }

  @Test func `of functions`() {
    var broken: [Violation] = []
    for file in repository.swift() {
      for shape in FunctionShape.all(in: file.code) {
        if shape.lineCount > 70 {
          broken.append(
            Violation(file, shape.line, "function of \(shape.lineCount) lines, 70 are allowed"))
        }
        if shape.parameterCount > 6 {
          broken.append(
            Violation(file, shape.line, "\(shape.parameterCount) parameters, 6 are allowed"))
        }
        if shape.nesting > 4, file.path.hasPrefix("Sources/") {
          broken.append(Violation(file, shape.line, "blocks \(shape.nesting) deep, 4 are allowed"))
        }
      }
    }
    #expect(broken == [])
  }

  private func lineMax(of file: SourceFile) -> Int {
    if file.path.hasPrefix("Tests/") { return 600 }
    if file.path.hasPrefix("Sources/Store/"), file.declaredStatements.count > 0 { return 80 }
    if file.path.hasPrefix("Sources/Service/"), methodNames.contains(file.name) { return 120 }
    return 400
  }

  /// Names of the RPCs, each of which has one file in Service.
  private var methodNames: Set<Substring> {
    var names: Set<Substring> = []
    for file in repository.files where file.path.hasPrefix("proto/roster/") {
      for line in file.lines {
        if let match = line.firstMatch(of: /^\s*rpc (\w+)\(/) { names.insert(match.1) }
      }
    }
    return names
  }
}
