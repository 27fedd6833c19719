import Domain
import Postgres
import Store

extension GroupID {
  /// A name for literals, as ``uuid(_:)`` gives them.
  init(_ number: UInt64) {
    self.init(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
  }
}

extension Group {
  static func example(
    _ number: UInt64 = 50, organization: UInt64 = 100, name: String = "Support",
    management: GroupManagement = .local
  ) -> Group {
    Group(
      origin: Group.Origin(
        id: GroupID(number), organization: OrganizationID(uuid(organization)),
        management: management, createdAt: .newYear),
      standing: Group.Standing(memberCount: 0, roles: [], version: 1, updatedAt: .newYear),
      fields: GroupFields(
        name: Name(stored: name), description: Description(stored: "Answers the phone")))
  }
}

extension MembershipRow {
  static func manual(
    _ user: UInt64, in group: UInt64 = 50, until expiry: Timestamp? = nil,
    suspended: Timestamp? = nil
  ) -> MembershipRow {
    MembershipRow(
      (GroupID(group), UserID(uuid(user))), source: .manual, sourceID: .nil,
      joinedAt: .newYear, expiresAt: expiry, suspendedAt: suspended)
  }
}

extension StoreFixture {
  static let organization = OrganizationID(uuid(100))

  /// Creates one organization, users of the numbers, and groups.
  func add(users: ClosedRange<UInt64>, groups: [Group]) async throws {
    try await add(User.example(users.lowerBound))
    for number in users.dropFirst() {
      let user = User.example(number, email: "u\(number)@demo.example")
      try await commit(
        InsertUser(user, emailID: EmailID(user.id.uuid)), as: .of(user.organization))
    }
    for group in groups { try await commit(InsertGroup(group), as: .of(group.organization)) }
  }

  func put(_ rows: MembershipRow...) async throws {
    try await commit(
      InsertMembers(organization: Self.organization, rows: rows, addedBy: .system),
      as: .of(Self.organization))
  }

  func find(_ number: UInt64 = 50) async throws -> Group? {
    try await store.read(
      FindGroup(organization: Self.organization, group: GroupID(number)),
      as: .of(Self.organization), deadline: nil
    ).first
  }

  /// The sizes of all groups as they are kept, and as a recount gives them.
  func sizes() async throws -> (kept: [[String?]], recounted: [[String?]]) {
    let kept = try await rows(
      "SELECT group_id, member_count FROM roster.groups ORDER BY group_id")
    let recounted = try await rows(
      """
      SELECT g.group_id, count(DISTINCT m.user_id)
        FROM roster.groups AS g
        LEFT JOIN roster.group_members AS m
          ON m.organization_id = g.organization_id AND m.group_id = g.group_id
         AND m.suspended_at IS NULL
       GROUP BY g.group_id ORDER BY g.group_id
      """)
    return (kept, recounted)
  }
}
