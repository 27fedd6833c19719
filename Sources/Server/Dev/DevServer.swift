import Crypto
import Domain
import EventLoop
import Glibc
import Postgres
import Store

/// One `rosterd dev`: cluster, keys, schema, token and invented users, each made when it is not
/// there yet. Used on the main thread, whose end would end PostgreSQL.
final class DevServer {
  let state: DevState
  let cluster: DevCluster
  /// The settings with everything that dev decides itself.
  let configuration: Configuration

  /// Starts the cluster.
  /// - Parameter settings: of the operator; dev adds its own database and keys.
  init(_ settings: Configuration, environment: [String: String]) throws {
    state = try DevState(environment: environment)
    let cluster = try DevCluster(state)
    self.cluster = cluster
    func conninfo(_ role: String) -> String { cluster.conninfo(user: role, database: "roster") }
    var configuration = settings
    configuration.keysFile = state.keysFile
    configuration.database.url = SecretText(conninfo("roster_service"))
    configuration.database.systemURL = SecretText(conninfo("roster_system"))
    configuration.database.ownerURL = SecretText(conninfo("roster_owner"))
    self.configuration = configuration
    if cluster.isMissing {
      print("Making a database with invented users in \(state.folder)")
      fflush(nil)
    }
    try cluster.start()
  }

  /// The key ring, made at the first start.
  func keys() throws -> KeyRing {
    if access(state.keysFile, F_OK) != 0 {
      do {
        try KeyRing.generate().create(path: state.keysFile)
      } catch {
        throw KeysFileFailure(path: state.keysFile, refusal: error)
      }
    }
    return try configuration.loadKeys()
  }

  /// Roles, database and schema.
  func setUpDatabase(keys: KeyRing, _ ground: ServingGround) throws {
    let loop = ground.group.loops[0]
    let superuser = try Conninfo(cluster.conninfo(user: "postgres", database: "postgres"))
    let owner = try Conninfo(cluster.conninfo(user: "roster_owner", database: "roster"))
    try ground.wait {
      try await SchemaSetup.createDatabase(superuser, on: loop)
      _ = try await SchemaSetup.migrate(owner, keys: keys, on: loop)
    }
  }

  /// The demo organization with its users; before it is made, the permissions of its product.
  func claimDemo(_ pools: Pools, keys: KeyRing, _ ground: ServingGround) throws -> OrganizationID {
    let (database, system) = (pools.requests[0], pools.system)
    let owner = try Conninfo(cluster.conninfo(user: "roster_owner", database: "roster"))
    let loop = ground.group.loops[0]
    return try ground.wait {
      let demo = DemoOrganization(database, keys: keys)
      if try await demo.find() == nil {
        try await OperatorPermissions(system).apply(Migration.permissions)
      }
      let organization = try await demo.claim()
      try await SchemaSetup.analyze(owner, on: loop)
      return organization
    }
  }

  /// The secret kept in `file` as long as it is live, else one that replaces it.
  /// - Parameter organizations: of a token that is made now; every method, for users too.
  func token(
    _ name: String, file: String, for organizations: ServiceToken.Organizations, _ pools: Pools,
    _ ground: ServingGround
  ) throws -> String {
    let database = pools.system
    let kept = access(file, F_OK) == 0 ? try readFile(file) : []
    let text = try ground.wait {
      let tokens = OperatorTokens(database)
      if let secret = try? Secret(parsing: kept), try await tokens.find(secret) != nil {
        return secret.text
      }
      let order = OperatorTokens.Order(
        name: name,
        rights: .init(methods: [.all], organizations: organizations, actsForUsers: true),
        lifetime: nil)
      return try await tokens.create(order).secret.text
    }
    if kept != Array(text.utf8) { try writeFile(file, Array(text.utf8)) }
    return text
  }
}
