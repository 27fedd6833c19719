import Testing

@Suite struct `Tests` {
  private let repository = Repository.shared

  @Test func `never sleep`() {
    let sleep = (/(?:^|[^.\w])(?:u|nano)?sleep\(|\b(?:Task|Thread)\.sleep\b/).plain
    var broken: [Violation] = []
    for file in repository.swift(in: "Tests/") + repository.swift(in: "Sources/TestSupport/") {
      for (number, line) in file.codeLines where line.contains("sleep") {
        if line.contains(sleep) { broken.append(Violation(file, number, "sleeps")) }
      }
    }
    #expect(broken == [])
  }

  @Test func `are sentences`() {
    var broken: [Violation] = []
    for file in repository.swift(in: "Tests/") {
      for (number, line) in file.codeLines {
        if line.contains(/@Test\b.*\bfunc\s+\w/) {
          broken.append(Violation(file, number, "the name is no sentence in backticks"))
        }
        if line.contains(/\bimport XCTest\b/) { broken.append(Violation(file, number, "XCTest")) }
      }
    }
    #expect(broken == [])
  }

  @Test func `are never switched off`() {
    var broken: [Violation] = []
    for file in repository.swift(in: "Tests/") where !file.path.hasPrefix("Tests/TidyTests/") {
      for (number, line) in file.codeLines where line.contains(/\.disabled\(|\bwithKnownIssue\b/) {
        broken.append(Violation(file, number, "switched off"))
      }
    }
    #expect(broken == [])
  }
}
