import Foundation

/// The checked-out tree as text: every file is read once for the whole run.
struct Repository: Sendable {
  /// Absolute path of the folder that holds Package.swift.
  let root: String
  let files: [SourceFile]

  static let shared = Repository(root: Repository.rootOfThisFile())

  private init(root: String) {
    self.root = root
    files = ["Sources", "Tests", "proto", "docker", "scripts"]
      .flatMap { Repository.paths(under: $0, in: root) }
      .sorted()
      .map { SourceFile(path: $0, text: Repository.read("\(root)/\($0)")) }
  }

  func text(_ path: String) -> String { Repository.read("\(root)/\(path)") }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

  /// Hand-written Swift below `folder`; what the generators write is checked by regenerating it.
  func swift(in folder: String = "") -> [SourceFile] {
    files.filter { $0.isSwift && !$0.isGenerated && $0.path.hasPrefix(folder) }
  }

  private static func read(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  private static func paths(under folder: String, in root: String) -> [String] {
    let kinds: Set<String> = ["swift", "sql", "proto", "py", "c", "h", "modulemap"]
    guard let walk = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { return [] }
    return walk.compactMap { $0 as? String }
      .filter { kinds.contains(($0 as NSString).pathExtension) || folder == "scripts" }
      .filter { isRegularFile("\(root)/\(folder)/\($0)") }
      .map { "\(folder)/\($0)" }
  }

  private static func isRegularFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// Symbolic links are followed first, so a package that borrows our folders still checks these.
  private static func rootOfThisFile() -> String {
    var path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<3 { path.deleteLastPathComponent() }
    return path.path
  }
}
