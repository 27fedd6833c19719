import Testing

@Suite struct `Safety` {
  private let repository = Repository.shared

  @Test func `of unchecked sharing is argued beside it`() {
    let near = 8
    var broken: [Violation] = []
    for file in repository.swift() {
      for (number, line) in file.codeLines
      where line.contains("@unchecked") || line.contains("nonisolated(unsafe)") {
        let first = max(0, number - 1 - near)
        let last = min(file.lines.count, number + 2)
        let isArgued = file.lines[first..<last].contains { $0.contains("Safety:") }
        if !isArgued { broken.append(Violation(file, number, "no // Safety: line")) }
      }
    }
    #expect(broken == [])
  }

  @Test func `has no trap that a peer could spring`() {
    let traps =
      #/
      \btry!|\bas!|\bunsafelyUnwrapped\b
      |(?:^|[^.\w])(?:fatalError|preconditionFailure)\(
      |[\w)\]]!(?=[\s.,)\]?;:(]|$)
      /#.plain
    let programs: Set<String> = ["protoc-gen-roster", "Bench", "TestSupport", "InteropServer"]
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/") where !programs.contains(file.target) {
      for (number, line) in file.codeLines
      where line.contains("!") || line.contains("fatalError") || line.contains("preconditionF")
        || line.contains("unsafelyU")
      {
        // A C callback's pointer can't be absent by the library's contract; the line says so.
        let isArgued =
          file.lines[number - 1].contains("// Never nil")
          || (number > 1 && file.lines[number - 2].contains("// Never nil"))
        // Server's are about itself, at its start or in a command: no call reaches them.
        let isCase =
          line.contains("case preconditionFailure")
          || (file.target == "Server" && line.contains("preconditionFailure("))
        if line.contains(traps), !isArgued, !isCase {
          broken.append(Violation(file, number, "may trap"))
        }
      }
    }
    #expect(broken == [])
  }

  @Test func `is not traded for speed by the compiler's settings`() {
    let manifest = repository.text("Package.swift")
    #expect(!manifest.contains("Ounchecked"))
    #expect(manifest.contains(".treatAllWarnings(as: .error)"))
    let scripts = repository.files.filter { $0.path.hasPrefix("scripts/") }
    for script in scripts { #expect(!script.lines.contains { $0.contains("Ounchecked") }) }
  }

  @Test func `of Domain rests on having no clock, chance, task or I/O`() {
    let impure = (/\basync\b|\bawait\b|\.random\(|\bclock_gettime\b|\bimport\b|\bprint\(/).plain
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/Domain/") {
      for (number, line) in file.codeLines where line.contains(impure) {
        broken.append(Violation(file, number, "not pure"))
      }
    }
    #expect(broken == [])
  }

  @Test func `of output keeps printing to the programs`() {
    let programs: Set<String> = [
      "Server", "Bench", "InteropServer", "protoc-gen-roster", "Fuzz", "TestSupport",
    ]
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/") where !programs.contains(file.target) {
      for (number, line) in file.codeLines where line.contains(/(?:^|[^.\w])(?:debugP|p)rint\(/) {
        broken.append(Violation(file, number, "prints"))
      }
    }
    #expect(broken == [])
  }
}
