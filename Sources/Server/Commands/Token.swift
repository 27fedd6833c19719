import AccessIndex
import ArgumentParser
import Crypto
import Domain
import EventLoop

/// The service tokens with which backends call.
struct Token: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes, lists and revokes service tokens, over database.system_url.",
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a service token and prints its secret, which can't be had again.")

    @Option(help: "Which backend it is for.")
    var name: String

    @Option(
      name: .customLong("method"),
      help: "What it may call: package.Service/Method, package.Service/* or *; may be repeated.")
    var methods: [String]

    @Option(name: .customLong("organization"), help: "An organization's id; may be repeated.")
    var organizations: [String] = []

    @Flag(help: "For every organization, those to come included.")
    var allOrganizations = false

    @Flag(help: "It may name the person it acts for.")
    var actForUsers = false

    @Option(help: "After how many days it expires; without it, never.")
    var expiresInDays: Int?

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let order = OperatorTokens.Order(
        name: name, rights: try rights(), lifetime: try lifetime())
      let secret = try options.withTokens { tokens in try await tokens.create(order).secret.text }
      print(secret)
    }

    private func rights() throws -> ServiceToken.Rights {
      let patterns = try methods.map { text in
        guard let pattern = MethodPattern(text) else {
          throw ValidationError("--method \(text) is no package.Service/Method, …/* or *")
        }
        return pattern
      }
      let ids = try organizations.map { text in
        guard let id = OrganizationID(canonical: text) else {
          throw ValidationError("--organization \(text) is no id of an organization")
        }
        return id
      }
      guard allOrganizations == ids.isEmpty else {
        throw ValidationError("name either --organization or --all-organizations")
      }
      return ServiceToken.Rights(
        methods: patterns, organizations: allOrganizations ? .all : .some(Set(ids)),
        actsForUsers: actForUsers)
    }

    private func lifetime() throws -> Duration? {
      guard let expiresInDays else { return nil }
      guard 1...36_500 ~= expiresInDays else {
        throw ValidationError("--expires-in-days is a number from 1 to 36500")
      }
      return .seconds(expiresInDays * 86_400)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists service tokens without their secrets: id, state, name, methods.")

    @Flag(help: "Revoked and expired ones too.")
    var all = false

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let ended = all
      for token in try options.withTokens({ try await $0.list(ended: ended) }) {
        let state = token.revokedAt == nil ? "-" : "revoked"
        let methods = token.methods.map(\.text).joined(separator: ",")
        print("\(token.id)\t\(state)\t\(token.name.text)\t\(methods)")
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends a service token: when it is done, no replica takes it any more.")

    @Argument(help: "The token's id, as rosterd token list shows it.")
    var id: String

    @OptionGroup var options: SettingsOptions

    func run() throws {
      guard let id = ServiceTokenID(canonical: id) else {
        throw ValidationError("\(id) is no id of a service token")
      }
      let isChanged = try options.withTokens { tokens in
        let isChanged = try await tokens.revoke(id)
        // Memory of a replica that missed the change is too old to be used after this.
        try? await Task.sleep(for: ServiceTokens.revocationWait)
        return isChanged
      }
      print(isChanged ? "revoked \(id)" : "\(id) was revoked before")
    }
  }
}

extension SettingsOptions {
  /// Runs `body` on a loop of its own with the pool of `database.system_url`.
  func withTokens<Success: Sendable>(
    _ body: @escaping @Sendable (OperatorTokens) async throws -> Success
  ) throws -> Success {
    let settings = try read().configuration.database
    let loop = try EventLoopGroup(count: 1).loops[0]
    let database = try Databases.forSystem(settings, on: loop)
    return try waiting(on: loop) { try await body(OperatorTokens(database)) }
  }
}
