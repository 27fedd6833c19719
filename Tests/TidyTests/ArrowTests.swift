import Testing

@Suite struct `The arrows between targets` {
  private let repository = Repository.shared

  @Test func `only point where the table allows`() {
    var broken: [Violation] = []
    var importCount = 0
    for file in repository.swift(in: "Sources/") + generated {
      for (number, module) in imports(of: file) where module != file.target {
        importCount += 1
        if let users = Arrows.foreign[module] {
          if !users.contains(file.target) {
            broken.append(Violation(file, number, "\(file.target) may not import \(module)"))
          }
        } else if !Arrows.free.contains(module),
          Arrows.allowed[file.target]?.contains(module) != true
        {
          broken.append(Violation(file, number, "\(file.target) may not import \(module)"))
        }
      }
    }
    #expect(broken == [])
    #expect(importCount > 100)
  }

  @Test func `in Package.swift stay within the table`() {
    let manifest = SourceFile(path: "Package.swift", text: repository.text("Package.swift"))
    let text = String(decoding: manifest.uncommented, as: UTF8.self)
    let declaration =
      #/
      (?:swift|program|executableTarget)\(
      \s*(?:name:\s*)?"([\w\-]+)",
      \s*(?:dependencies:\s*)?(?:wire\s*\+\s*)?\[([^\]]*)\]
      /#
    var seen: Set<String> = []
    for match in text.matches(of: declaration) {
      let target = String(match.1)
      seen.insert(target)
      for name in match.2.matches(of: /"(\w+)"/) {
        #expect(
          Arrows.allowed[target]?.contains(String(name.1)) == true, "\(target) → \(name.1)")
      }
    }
    #expect(seen.isSuperset(of: ["Domain", "RPC", "Service", "Server"]))
    #expect(seen.isSubset(of: Arrows.allowed.keys))
  }

  @Test func `keep each C library behind one target`() {
    let owners = [
      "CNghttp2": ["HTTP2"], "CLibpq": ["Postgres"], "CIDN": ["Text"], "CArgon2": ["Crypto"],
      "COpenSSL": ["Crypto", "Transport"], "CZlib": ["RPC"],
    ]
    for file in repository.swift(in: "Sources/") {
      for (_, module) in imports(of: file) {
        if let allowed = owners[module] { #expect(allowed.contains(file.target), "\(file.path)") }
      }
    }
  }

  @Test func `leave the start of tasks to those who drive a loop`() {
    // EventLoop's one start is the way in from a thread that is no loop.
    let starters: Set<String> = [
      "Transport", "Server", "AccessIndex", "Bench", "InteropServer", "EventLoop", "TestSupport",
      "FuzzTargets",
    ]
    let start = (/\bTask\s*(?:<[^>]*>)?\s*(?:\.immediate|\.immediateDetached|\.detached|[({])/)
      .plain
    var broken: [Violation] = []
    for file in repository.swift(in: "Sources/")
    where !starters.contains(file.target) {
      for (number, line) in file.codeLines where line.contains("Task") {
        if line.contains(start) { broken.append(Violation(file, number, "starts a task")) }
      }
    }
    #expect(broken == [])
  }

  private var generated: [SourceFile] {
    repository.files.filter { $0.isSwift && $0.isGenerated && $0.path.hasPrefix("Sources/") }
  }

  private func imports(of file: SourceFile) -> [(Int, String)] {
    let pattern =
      #/
      ^\s*(?:@\w+(?:\([^)]*\))?\s+)*
      (?:(?:public|package|internal|private|fileprivate)\s)?
      import\s(?:\w+\s)?([\w\-]+)
      /#
    return file.codeLines.compactMap { number, line in
      guard line.contains("import "), let match = line.firstMatch(of: pattern) else { return nil }
      return (number, String(match.1))
    }
  }
}
