/// Where a membership comes from; the raw value is stored.
package enum MembershipSource: String, Sendable, CaseIterable {
  case manual, invitation, `import`
  case signIn = "sign_in"
  case directory

  /// An identity provider's, which says it again at each sign-in or sync. The others are decisions
  /// of the organization's own people, whom its people may overrule.
  package var isExternal: Bool {
    switch self {
    case .manual, .invitation, .`import`: false
    case .signIn, .directory: true
    }
  }
}

/// What one source says of one user in one group.
package struct MembershipRow: Hashable, Sendable {
  package let group: GroupID
  package let user: UserID
  package let source: MembershipSource
  /// The connection, directory or import of the source; the nil UUID for `manual`.
  package let sourceID: UUID128
  package let joinedAt: Timestamp
  /// From then on the row is nothing, until it is swept away.
  package let expiresAt: Timestamp?
  /// Set while the user is deactivated.
  package let suspendedAt: Timestamp?

  package init(
    _ member: (group: GroupID, user: UserID), source: MembershipSource, sourceID: UUID128,
    joinedAt: Timestamp, expiresAt: Timestamp?, suspendedAt: Timestamp?
  ) {
    (group, user) = member
    self.source = source
    self.sourceID = sourceID
    self.joinedAt = joinedAt
    self.expiresAt = expiresAt
    self.suspendedAt = suspendedAt
  }

  package func isLive(at instant: Timestamp) -> Bool {
    expiresAt.map { instant < $0 } ?? true
  }
}

/// All that makes one user a member of one group: rows of several sources, or none.
package struct Membership: Hashable, Sendable {
  /// Those that hold.
  package let rows: [MembershipRow]

  /// - Parameter rows: of one user in one group; the expired are left out.
  package init(_ rows: some Sequence<MembershipRow>, at instant: Timestamp) {
    self.rows = rows.filter { $0.isLive(at: instant) }
  }

  package static let none = Membership([], at: Timestamp(microseconds: 0))

  package var isMember: Bool { !rows.isEmpty }

  /// In the order of ``MembershipSource``'s cases, each once.
  package var sources: [MembershipSource] {
    MembershipSource.allCases.filter { source in rows.contains { $0.source == source } }
  }

  /// The organization's own rows.
  package var local: [MembershipRow] { rows.filter { !$0.source.isExternal } }

  /// The identity providers' rows.
  package var external: [MembershipRow] { rows.filter { $0.source.isExternal } }

  /// The earliest.
  package var joinedAt: Timestamp? { rows.map(\.joinedAt).min() }

  /// When the last row ends; nil: never, or there is none.
  package var expiresAt: Timestamp? { Self.end(of: rows) }

  static func end(of rows: [MembershipRow]) -> Timestamp? {
    rows.contains { $0.expiresAt == nil } ? nil : rows.compactMap(\.expiresAt).max()
  }
}
