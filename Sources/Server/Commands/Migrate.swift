import ArgumentParser
import Crypto
import EventLoop
import Postgres

/// Brings the schema up to date.
struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings the database's schema up to date, over database.owner_url.",
    discussion: """
      Applies what is missing and stores the fingerprint of the key ring's primary key when the \
      database knows none. Running it again changes nothing.
      """)

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let configuration = try options.read().configuration
    let settings = configuration.database
    let url = try settings.required(settings.ownerURL, "database.owner_url", role: "roster_owner")
    let conninfo = try Databases.parsed(url, "database.owner_url").conninfo
    let keys = try configuration.loadKeys()
    let loop = try EventLoopGroup(count: 1).loops[0]
    let applied = try waiting(on: loop) {
      try await SchemaSetup.migrate(conninfo, keys: keys, on: loop)
    }
    for name in applied { print("applied \(name)") }
    if applied.isEmpty { print("the schema is up to date") }
  }
}

extension Configuration {
  /// - Throws: ``KeysFileFailure``, with the remedy.
  func loadKeys() throws -> KeyRing {
    let path = try requireKeysFile()
    do {
      return try KeyRing.load(path: path)
    } catch {
      throw KeysFileFailure(path: path, refusal: error)
    }
  }
}
