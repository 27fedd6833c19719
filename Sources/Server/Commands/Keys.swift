import ArgumentParser
import Crypto
import EventLoop
import Postgres

/// The key ring, a file that every replica has alike.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes and changes the key ring.",
    discussion: """
      To change the key that seals: keys add, give every replica the file and restart it; keys \
      promote and keys reseal; give every replica the file again and restart it. A key that sealed \
      events or is younger than a day's answers stays in the ring.
      """,
    subcommands: [Create.self, Add.self, Promote.self, Reseal.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key ring of one new key, at the path of the setting keys_file.",
      discussion: """
        The file is 0600 and must be the same on every replica. Whoever loses it loses what it \
        sealed: keep a copy apart from the database's backups.
        """)

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let path = try options.read().configuration.requireKeysFile()
      do {
        try KeyRing.generate().create(path: path)
      } catch {
        throw KeysFileFailure(path: path, refusal: error)
      }
      print("\(path): one key; give every replica this file, then run rosterd migrate")
    }
  }
}

extension Keys {
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a key to the ring that opens, and doesn't seal yet.")

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let configuration = try options.read().configuration
      let path = try configuration.requireKeysFile()
      guard let ring = try configuration.loadKeys().extended(), let id = ring.keyIDs.max() else {
        throw KeysFileFailure(path: path, refusal: .tooManyKeys)
      }
      try writeFile(path, Array(ring.fileText.utf8))
      print("\(path): key \(id) added; give every replica this file and restart it")
    }
  }

  struct Promote: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes another key of the ring the one that seals.")

    @Argument(help: "The key's id.")
    var id: UInt32

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let configuration = try options.read().configuration
      let path = try configuration.requireKeysFile()
      guard let ring = try configuration.loadKeys().promoting(id) else {
        throw KeysFileFailure(path: path, refusal: .missingPrimary(id))
      }
      try writeFile(path, Array(ring.fileText.utf8))
      print("\(path): key \(id) seals; run rosterd keys reseal before a replica starts with it")
    }
  }

  struct Reseal: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Seals by the primary key what others sealed, over database.owner_url.")

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let configuration = try options.read().configuration
      let settings = configuration.database
      let url = try settings.required(
        settings.ownerURL, "database.owner_url", role: "roster_owner")
      let conninfo = try Databases.parsed(url, "database.owner_url").conninfo
      let keys = try configuration.loadKeys()
      let loop = try EventLoopGroup(count: 1).loops[0]
      let outcome = try waiting(on: loop) {
        try await KeyResealing.run(conninfo, keys, on: loop)
      }
      print("resealed \(outcome.resealed) keys of subjects")
      if outcome.unopened > 0 {
        throw ValidationError("\(outcome.unopened) could not be opened by any key of the ring")
      }
    }
  }
}

extension Configuration {
  /// - Throws: when no key ring is named: there is no default secret (R-SEC-2).
  func requireKeysFile() throws(ConfigurationError) -> String {
    guard let keysFile else {
      throw .missing(
        "keys_file", remedy: "name the key ring; rosterd keys create --keys-file PATH makes one")
    }
    return keysFile
  }
}

/// Why a key ring can't be read or made, with the remedy.
package struct KeysFileFailure: Error, CustomStringConvertible {
  let path: String
  let refusal: KeyRing.FileRefusal

  package var description: String { "\(path): \(reason)" }

  private var reason: String {
    switch refusal {
    case .unreadable(let code), .unwritable(let code): FileFailure.reason(of: code)
    case .notRegular: "it is not a regular file"
    case .exposed(let mode):
      "others may read it (mode \(String(mode, radix: 8))); chmod 600 it, owned by rosterd's user"
    case .tooLarge: "it is larger than \(KeyRing.fileByteCountMax) bytes"
    case .malformed(let offset): "it is no key ring: byte \(offset) is unexpected"
    case .unknownField(let name): "it has a field \(name), which no key ring has"
    case .repeatedField(let name): "the field \(name) is there twice"
    case .missingField(let name): "the field \(name) is missing"
    case .repeatedKey(let id): "key \(id) is there twice"
    case .sharedSecret(let id): "key \(id) has the secret of another key"
    case .badSecret(let id): "the secret of key \(id) is not the base64 of 32 random bytes"
    case .missingPrimary(let id): "the primary key \(id) is not among the keys"
    case .tooManyKeys: "it has more than \(KeyRing.keyCountMax) keys"
    }
  }
}
