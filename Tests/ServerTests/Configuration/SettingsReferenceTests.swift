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

  @Test func `is what README names or shows`() throws {
    let readme = try text("README.md")
    let isShown = ConfigurationKey.table.allSatisfy { readme.contains("`\($0.name)`") }
    #expect(isShown || readme.contains("Sources/Server/Server.docc/Settings.md"))
  }
}
