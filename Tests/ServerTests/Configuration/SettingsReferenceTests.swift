import Glibc
import Server
import Testing

@Suite struct `The reference of settings` {
  private static let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  private func text(_ path: String) throws -> String {
    String(decoding: try readFile("/\(Self.root)/\(path)"), as: UTF8.self)
  }

  private var expected: String {
    var text = """
      # Settings

      Each has a name in the file of `--config` (JSON, nested at the dots), a variable and a flag;
      a flag stands above its variable, that above the file. An unknown name is refused.
      `rosterd serve --check-config` prints what holds and where it comes from, without secrets.

      | name | variable, flag | default | meaning |
      |---|---|---|---|

      """
    for key in ConfigurationKey.table {
      let standard = key.standard.isEmpty ? "none" : "`\(key.standard)`"
      text += "| `\(key.name)` | `\(key.variable)`, `\(key.flag)` | \(standard) "
      text += "| \(key.summary) It is \(key.expected). |\n"
    }
    return text
  }

  /// Set ROSTER_TEST_UPDATE to write it anew.
  @Test func `says what the table of keys says`() throws {
    let path = "Sources/Server/Server.docc/Settings.md"
    if getenv("ROSTER_TEST_UPDATE") != nil {
      try writeFile("/\(Self.root)/\(path)", Array(expected.utf8), mode: 0o644)
    }
    #expect(try text(path) == expected)
  }

  /// Every limit below the metric by which it is seen, in the order of the table.
  private var limits: String {
    var metrics: [String] = []
    var names: [String: [String]] = [:]
    for key in ConfigurationKey.table {
      guard let metric = key.metric else { continue }
      if names[metric] == nil { metrics.append(metric) }
      names[metric, default: []].append("`\(key.name)` \(key.standard)")
    }
    return metrics.map { metric in
      "| `\(metric)` | \(names[metric]?.joined(separator: ", ") ?? "") |\n"
    }.joined()
  }

  /// Set ROSTER_TEST_UPDATE to write it anew.
  @Test func `gives README its table of limits`() throws {
    let readme = try text("README.md")
    let head = "| metric | limits |\n|---|---|\n"
    let start = try #require(readme.firstRange(of: head)).upperBound
    let end = try #require(readme[start...].firstRange(of: "\n\n")).upperBound
    let shown = String(readme[start..<readme.index(before: end)])
    if getenv("ROSTER_TEST_UPDATE") != nil {
      let changed = readme[..<start] + limits + "\n" + readme[end...]
      try writeFile("/\(Self.root)/README.md", Array(changed.utf8), mode: 0o644)
    } else {
      #expect(shown == limits)
    }
  }

  @Test func `knows every limit's metric`() {
    let limits = ConfigurationKey.table.filter {
      $0.name.hasPrefix("limits.") || $0.name.hasPrefix("keepalive.")
        || $0.name.hasPrefix("quotas.")
    }
    #expect(limits.filter { $0.metric == nil }.map(\.name) == [])
  }

  @Test func `is what README names or shows`() throws {
    let readme = try text("README.md")
    let isShown = ConfigurationKey.table.allSatisfy { readme.contains("`\($0.name)`") }
    #expect(isShown || readme.contains("Sources/Server/Server.docc/Settings.md"))
  }
}
