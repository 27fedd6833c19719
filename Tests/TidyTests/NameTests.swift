import Testing

@Suite struct `Names` {
  private let repository = Repository.shared

  @Test func `say what a thing is, without the empty words`() {
    let empty: Set<String> = [
      "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Info", "Base", "New",
    ]
    // google.rpc.ErrorInfo is a word of the protocol.
    let known: Set<String> = ["ErrorInfo"]
    let declaration = /\b(?:struct|class|enum|protocol|actor|typealias|extension)\s+(\w+)/
    var broken: [Violation] = []
    for file in repository.swift() {
      for (number, line) in file.codeLines {
        for match in line.matches(of: declaration) {
          let name = String(match.1)
          let isEmpty = name.camelCaseWords.contains { empty.contains($0) }
          if isEmpty, !known.contains(where: { name.contains($0) }) {
            broken.append(Violation(file, number, "name \(name)"))
          }
        }
      }
      if String(file.name).camelCaseWords.contains(where: { empty.contains($0) }),
        !known.contains(where: { file.name.contains($0) })
      {
        broken.append(Violation(file, 1, "file name"))
      }
    }
    #expect(broken == [])
  }

  @Test func `of files are unique in their target`() {
    let names = Dictionary(grouping: repository.files.filter { $0.isSwift }) {
      let parts = $0.path.split(separator: "/")
      return "\(parts[0])/\($0.target)/\(parts[parts.count - 1])"
    }
    #expect(names.filter { $0.value.count > 1 }.keys.sorted() == [])
  }

  @Test func `call the organization by its one word`() {
    let other = (/(?i)\btenants?\b|(?:^|[^.\w@])orgs?\b(?![.\w])/).plain
    var broken: [Violation] = []
    for file in repository.files
    where !file.path.hasPrefix("Tests/TidyTests/") && !file.path.hasPrefix("scripts/") {
      for (index, line) in file.lines.enumerated()
      where line.contains("enant") || line.contains("org") || line.contains("Org") {
        if line.contains(other) { broken.append(Violation(file, index + 1, "not organization")) }
      }
    }
    #expect(broken == [])
  }

  @Test func `and texts carry nothing that is for later or for one machine`() {
    let words = [
      "TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "/wo" + "rk/", "/opt/" + "swift",
    ]
    var broken: [Violation] = []
    for file in repository.files where !file.path.hasPrefix("Tests/TidyTests/") {
      for (index, line) in file.lines.enumerated() {
        for word in words where line.contains(word) {
          broken.append(Violation(file, index + 1, "contains \(word)"))
        }
      }
    }
    #expect(broken == [])
  }
}
