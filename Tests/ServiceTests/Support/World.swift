import API
import AccessIndex
import Crypto
import Domain
import EventLoop
import Glibc
import Postgres
import RPC
import Service
import Store
import TestSupport
import Testing

/// A migrated database of its own, every service over it, and a token for everything.
struct World: Sendable {
  let database: TestDatabase
  let pool: Database
  let loop: EventLoop
  let line: Line
  let tokens: ServiceTokens
  let ring: KeyRing
  /// All methods, all organizations, may act for users.
  let root: Client
  /// What name servers would say.
  let names: NameServers

  static let hashPool = HashPool(threadCount: 1)

  /// Runs `body` in a world of its own, on its loop.
  /// - Parameter clockSkew: how far the server's clock is ahead of the database's.
  static func with(
    clockSkew: Duration = .zero, hashPool: HashPool = World.hashPool,
    _ body: @escaping @Sendable (World) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database, loop in
      try await body(try await World(database, loop, clockSkew, hashPool))
    }
  }

  private init(
    _ database: TestDatabase, _ loop: EventLoop, _ clockSkew: Duration, _ hashPool: HashPool
  ) async throws {
    self.database = database
    self.loop = loop
    pool = Database(try database.configuration(), loop: loop, random: { SecureRandom().word() })
    ring = KeyRing.generate()
    tokens = ServiceTokens()
    let names = NameServers()
    self.names = names
    let ground = ServiceGround(
      ring: ring, hashPool: hashPool, textRecords: TextRecords { names.answer(to: $0) },
      now: { World.wallClock().advanced(by: clockSkew) },
      report: { failure, call in Issue.record("\(call.method.path): \(failure)") })
    line = try Self.line(ground, tokens, pool)
    let secret = try await Self.insertToken(
      pool,
      ServiceToken.Rights(methods: [.all], organizations: .all, actsForUsers: true))
    root = Client(line: line, token: secret.text)
  }

  private static func line(
    _ ground: ServiceGround, _ tokens: ServiceTokens, _ pool: Database,
    as identity: PeerIdentity? = nil, of identities: ServiceIdentities = ServiceIdentities()
  ) throws -> Line {
    let gate = Gate(
      ground: ground, tokens: tokens, loops: [ServiceLoop(loop: pool.loop, database: pool)],
      identities: identities)
    let methods =
      UserService(ground: ground).methods(admission: gate)
      + OrganizationService(ground: ground).methods(admission: gate)
      + CompanyService(ground: ground).methods(admission: gate)
      + RoleService(ground: ground).methods(admission: gate)
      + PermissionService(ground: ground).methods(admission: gate)
      + TokenService(ground: ground).methods(admission: gate)
      + ActivityService(ground: ground).methods(admission: gate)
      + GroupService(ground: ground).methods(admission: gate)
    return try Line(methods, on: pool.loop, as: identity)
  }

  /// A client on a connection of its own with a certificate of that URI, and no token.
  func client(certificate uri: String, of identities: ServiceIdentities) throws -> Client {
    let ground = ServiceGround(
      ring: ring, hashPool: Self.hashPool, now: { World.wallClock() }, report: { _, _ in })
    let line = try Self.line(
      ground, tokens, pool, as: PeerIdentity(uri: uri, serialNumber: "1a"), of: identities)
    return Client(line: line, token: "")
  }

  /// The root client of services that reach the same database by the socket in `folder`, and whose
  /// failures are expected.
  func client(through folder: String) throws -> Client {
    var configuration = try DatabaseConfiguration("\(database.service) host=\(folder)")
    configuration.narrowingQuestion = NarrowingQuestion.expression
    let ground = ServiceGround(
      ring: ring, hashPool: Self.hashPool, now: { World.wallClock() }, report: { _, _ in })
    let pool = Database(configuration, loop: loop, random: { SecureRandom().word() })
    return Client(line: try Self.line(ground, tokens, pool), token: root.token)
  }

  /// A client with rights of its own, past TokenService and its wait.
  func client(
    methods: [String] = ["*"], organizations: [Roster_V1_Organization]? = nil,
    actsForUsers: Bool = false
  ) async throws -> Client {
    let ids = organizations?.compactMap { OrganizationID(canonical: $0.organizationID) }
    let rights = ServiceToken.Rights(
      methods: methods.compactMap { MethodPattern($0) },
      organizations: ids.map { .some(Set($0)) } ?? .all, actsForUsers: actsForUsers)
    let secret = try await Self.insertToken(pool, rights)
    return Client(line: line, token: secret.text)
  }

  static func insertToken(
    _ pool: Database, _ rights: ServiceToken.Rights, expiresAt: Timestamp? = nil
  ) async throws -> Secret {
    let secret = Secret.make(.service)
    let token = ServiceToken(
      id: .make(at: wallClock(), random: (SecureRandom().word(), SecureRandom().word())),
      name: Name(stored: "test"), rights: rights, createdAt: wallClock(), expiresAt: expiresAt,
      revokedAt: nil)
    let transaction = try await pool.begin(as: .system, kind: .write, deadline: nil)
    var batch = Batch()
    batch.add(InsertServiceToken(token, hash: secret.hash.bytes))
    _ = try await transaction.commit(batch)
    return secret
  }

  static func wallClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  // MARK: Things

  func organization(
    _ slug: String = "acme", settings: Roster_V1_OrganizationSettings? = nil
  ) async throws -> Roster_V1_Organization {
    var request = Roster_V1_CreateOrganizationRequest()
    request.slug = slug
    request.name = slug
    if let settings { request.settings = settings }
    return try await root.organizations.createOrganization(request).organization
  }

  func user(
    _ email: String, in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_User {
    try await root.users.createUser(.user(email, in: organization)).user
  }

  func company(
    _ name: String, in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_Company {
    var request = Roster_V1_CreateCompanyRequest()
    request.organizationID = organization.organizationID
    request.name = name
    return try await root.companies.createCompany(request).company
  }

  /// The first column of a superuser's query, as text.
  func ask(_ query: String) async throws -> [String?] {
    try await database.run(query, loop: loop).map { $0.first ?? nil }
  }

  func count(_ query: String) async throws -> Int {
    Int(try await ask("SELECT count(*) FROM \(query)").first.flatMap { $0 } ?? "") ?? -1
  }

  func eventActions() async throws -> [String?] {
    try await ask("SELECT action FROM roster.events ORDER BY event_id")
  }
}

extension Roster_V1_CreateUserRequest {
  static func user(
    _ email: String, in organization: Roster_V1_Organization
  ) -> Roster_V1_CreateUserRequest {
    var request = Roster_V1_CreateUserRequest()
    request.organizationID = organization.organizationID
    request.user.email = email
    return request
  }
}

/// A fresh UUID in canonical text.
func freshID() -> String {
  UUID128.version7(
    at: World.wallClock(), random: (SecureRandom().word(), SecureRandom().word())
  ).text
}

/// The status with which `body` fails.
func failure(
  _ body: () async throws(Status) -> some Any, _ location: SourceLocation = #_sourceLocation
) async -> Status {
  do throws(Status) {
    _ = try await body()
    Issue.record("did not fail", sourceLocation: location)
    return .ok
  } catch {
    return error
  }
}
