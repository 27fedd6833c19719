import ArgumentParser
import Domain
import EventLoop

/// The catalogue of what roles can allow.
struct Permissions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the catalogue of permissions, over database.system_url.",
    subcommands: [Apply.self])

  struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the products' permissions what a file says, and prints what changed.",
      discussion: """
        The file is a JSON list of objects with permission, description and scopes (some of self, \
        own, group, company, all). A permission that it lacks is retired: roles that hold it keep \
        it, and no other gets it.
        """)

    @Option(help: "The file.")
    var file: String

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let text = String(decoding: try readFile(file), as: UTF8.self)
      let settings = try options.read().configuration.database
      let loop = try EventLoopGroup(count: 1).loops[0]
      let database = try Databases.forSystem(settings, on: loop)
      let change = try waiting(on: loop) { try await OperatorPermissions(database).apply(text) }
      print(change.text)
    }
  }
}

extension CatalogueChange {
  /// A line a permission: `+` added, `~` changed, `-` retired.
  fileprivate var text: String {
    guard !isEmpty else { return "nothing changed" }
    let lines =
      added.map { "+ \($0.name.text)" } + changed.map { "~ \($0.name.text)" }
      + retired.map { "- \($0.name.text)" }
    return lines.joined(separator: "\n")
  }
}
