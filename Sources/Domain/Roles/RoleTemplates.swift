// Table: the predefined roles of each template, from the lowest rank.

extension OrganizationSettings.RoleTemplate {
  /// The roles that an organization of this template starts with, from the lowest; the first is
  /// the default of new users.
  package var roles: [PredefinedRole] {
    switch self {
    case .userManagerAdmin: [.user, .manager, .admin, .superAdmin]
    case .readonlyTrainConfigureAdmin: [.readonly, .train, .configure, .soleAdmin]
    case .adminReadOnly: [.readOnly, .soleAdmin]
    case .none: []
    }
  }
}

/// A role as a template describes it.
package struct PredefinedRole: Hashable, Sendable {
  package let key: RoleKey
  /// Other spellings of the key.
  package let aliases: [RoleKey]
  package let name: Name
  package let description: Description
  package let rank: Int
  /// Those of the installation's catalogue count; what it does not have is left out.
  package let rights: Rights

  private init(
    _ key: String, aliases: [String] = [], _ name: String, rank: Int, _ description: String,
    _ rights: [String]
  ) {
    self.key = RoleKey(stored: key)
    self.aliases = aliases.map { RoleKey(stored: $0) }
    self.name = Name(stored: name)
    self.description = Description(stored: description)
    self.rank = rank
    self.rights = Rights(rights.compactMap { Right(stored: $0) })
  }
}

extension PredefinedRole {
  /// The role as an organization gets it.
  /// - Parameter catalogue: of the installation.
  package func made(
    _ id: RoleID, in organization: OrganizationID, limitedTo catalogue: [Permission],
    at instant: Timestamp
  ) -> Role {
    let content = Role.Content(
      name: name, description: description, rank: rank, rights: rights.limited(to: catalogue))
    return Role(
      Role.Origin(
        id: id, organization: organization, key: key, aliases: aliases, kind: .predefined,
        createdAt: instant),
      content: content, version: 1, updatedAt: instant)
  }
}

extension PredefinedRole {
  static let user = PredefinedRole(
    "user", "User", rank: 100, "Sees itself and its own analytics", own)

  static let manager = PredefinedRole(
    "manager", "Manager", rank: 200, "Creates agents, and manages the people of its groups",
    own + managing + ["agents.create:all", "agents.edit:own", "analytics.read:group"])

  static let admin = PredefinedRole(
    "admin", "Admin", rank: 300, "Manages users, groups and agents",
    administrating + ["agents.create:all", "agents.edit:all", "analytics.read:all"])

  static let superAdmin = PredefinedRole(
    "super_admin", aliases: ["super-admin", "superadmin"], "Super Admin", rank: 400,
    "Manages everything, roles and settings too",
    administrating + governing + ["agents.create:all", "agents.edit:all", "analytics.read:all"])

  static let readonly = PredefinedRole(
    "readonly", aliases: ["read_only", "read-only"], "ReadOnly", rank: 100, "Uses agents",
    own + ["agents.use:all"])

  static let train = PredefinedRole(
    "train", "Train", rank: 200, "Uses and trains agents",
    own + ["agents.use:all", "agents.train:all"])

  static let configure = PredefinedRole(
    "configure", "Configure", rank: 300, "Uses, trains and configures agents",
    own + managing
      + ["agents.use:all", "agents.train:all", "agents.create:all", "agents.edit:all"])

  static let readOnly = PredefinedRole(
    "read_only", aliases: ["readonly", "read-only"], "Read Only", rank: 100, "Sees everything",
    own + reading)

  static let soleAdmin = PredefinedRole(
    "admin", "Admin", rank: 400, "Manages everything, roles and settings too",
    administrating + governing
      + [
        "agents.use:all", "agents.train:all", "agents.create:all", "agents.edit:all",
        "analytics.read:all",
      ])

  /// Everybody's.
  private static let own = [
    "users.read:self", "grants.read:self", "role_requests.create:self", "events.read:self",
    "analytics.read:self",
  ]

  /// Over the people of one's own groups.
  private static let managing = [
    "users.read:group", "users.edit:group", "users.lock:group", "users.deactivate:group",
    "groups.read:group", "groups.edit:group", "members.read:group", "members.edit:group",
    "roles.read:all", "grants.read:group", "grants.edit:group", "role_requests.decide:group",
    "events.read:group",
  ]

  private static let reading = [
    "users.read:all", "groups.read:all", "members.read:all", "roles.read:all", "grants.read:all",
    "permissions.read:all", "organizations.read:all", "companies.read:all", "events.read:all",
  ]

  private static let administrating =
    own + reading + [
      "users.create:all", "users.edit:all", "users.lock:all", "users.deactivate:all",
      "users.delete:all", "users.export:all", "groups.create:all", "groups.edit:all",
      "groups.delete:all", "members.edit:all", "grants.edit:all", "role_requests.decide:all",
      "companies.edit:all", "events.export:all",
    ]

  private static let governing = ["roles.edit:all", "organizations.edit:all"]
}
