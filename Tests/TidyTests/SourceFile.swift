/// One file of the tree, with its lines, and for Swift also its text freed of comments and strings.
struct SourceFile: Sendable {
  /// Relative to the root, such as `Sources/RPC/Router.swift`.
  let path: String
  let lines: [Substring]
  /// The text with comments and the insides of strings blanked; same length, same lines.
  let code: [UInt8]
  /// The text with comments blanked and strings kept.
  let uncommented: [UInt8]
  /// Lines of ``code``, numbered from 1.
  let codeLines: [(number: Int, text: String)]
  /// Lines of ``uncommented``, numbered from 1.
  let uncommentedLines: [(number: Int, text: String)]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if path.hasSuffix(".swift") {
      let blanked = Blanking(Array(text.utf8))
      code = blanked.code
      uncommented = blanked.uncommented
    } else {
      code = Array(text.utf8)
      uncommented = code
    }
    codeLines = Self.numbered(code)
    uncommentedLines = Self.numbered(uncommented)
  }

  var isSwift: Bool { path.hasSuffix(".swift") }

  var isGenerated: Bool { path.contains("/Generated/") }

  /// A file that only lists data says so in a `// Table:` line, and has no size limit.
  var isTable: Bool { lines.contains { $0.hasPrefix("// Table:") } }

  /// Without the trailing newline's empty line.
  var lineCount: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

  /// File name without folders and extension.
  var name: Substring {
    let last = path.split(separator: "/").last ?? ""
    return last.split(separator: ".").first ?? last
  }

  /// The target a file of `Sources` or `Tests` belongs to.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  private static func numbered(_ bytes: [UInt8]) -> [(number: Int, text: String)] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
      .map { ($0.offset + 1, String(decoding: $0.element, as: UTF8.self)) }
  }
}
