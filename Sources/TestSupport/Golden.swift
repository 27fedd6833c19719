import Foundation

/// A text kept beside the tests; ROSTER_UPDATE_GOLDENS=1 writes it anew instead of comparing.
package struct Golden {
  package let path: String

  /// - Parameter file: of the test; the text is in the folder Golden beside it.
  package init(_ name: String, file: String = #filePath) {
    path =
      URL(fileURLWithPath: file).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)").path
  }

  /// The lines in which `text` differs: `+` for new ones, `-` for missing ones.
  package func differences(from text: String) throws -> [String] {
    if ProcessInfo.processInfo.environment["ROSTER_UPDATE_GOLDENS"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return []
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let golden = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return lines.difference(from: golden).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
  }
}
