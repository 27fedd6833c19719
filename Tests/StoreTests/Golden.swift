import Foundation
import Testing

/// A text kept beside the tests; ROSTER_UPDATE_GOLDENS=1 writes it anew instead of comparing.
struct Golden {
  let path: String

  init(_ name: String, file: String = #filePath) {
    path =
      URL(fileURLWithPath: file).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)").path
  }

  func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    if ProcessInfo.processInfo.environment["ROSTER_UPDATE_GOLDENS"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let golden = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let difference = lines.difference(from: golden).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
    #expect(
      difference == [], "ROSTER_UPDATE_GOLDENS=1 takes it over", sourceLocation: sourceLocation)
  }
}
