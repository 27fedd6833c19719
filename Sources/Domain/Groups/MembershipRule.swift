/// Who decides whether a user is in a group: the organization's people, or an identity provider.
///
/// | group, row | refuse | keep | overwrite |
/// |---|---|---|---|
/// | add, local group | added | added | added |
/// | add, directory's group | refused | added beside | added, warned |
/// | remove, local rows of a local group | removed | removed | removed |
/// | remove, local rows of a directory's group | refused | removed | removed, warned |
/// | remove, an identity provider's rows | refused | kept | removed, warned |
package struct MembershipRule: Hashable, Sendable {
  package let management: GroupManagement
  package let mode: OrganizationSettings.GroupSyncMode

  package enum Refusal: Error, Hashable {
    case externallyManaged
  }

  package init(_ management: GroupManagement, _ mode: OrganizationSettings.GroupSyncMode) {
    self.management = management
    self.mode = mode
  }

  private var isExternal: Bool { management != .local }

  /// Makes the user a member by a row of the organization's own, until `expiry`.
  ///
  /// One local row remains: what an invitation or an import said is replaced with it.
  package func adding(
    to membership: Membership, until expiry: Timestamp?
  ) throws(Refusal) -> MembershipChange {
    guard !isExternal || mode != .refuse else { throw .externallyManaged }
    let local = membership.local
    if !local.isEmpty, Membership.end(of: local) == expiry { return .unchanged }
    return MembershipChange(
      local.isEmpty ? .added : .expiryChanged,
      removes: local.filter { $0.source != .manual }, putsManual: true,
      isOverwritten: isExternal && mode == .overwrite)
  }

  /// Takes away what the organization may take away.
  package func removing(_ membership: Membership) throws(Refusal) -> MembershipChange {
    let hasExternal = !membership.external.isEmpty
    guard mode != .refuse || !isExternal && !hasExternal else { throw .externallyManaged }
    guard membership.isMember else { return .unchanged }
    if mode == .overwrite {
      return MembershipChange(
        .removed, removes: membership.rows, isOverwritten: isExternal || hasExternal)
    }
    return MembershipChange(hasExternal ? .kept : .removed, removes: membership.local)
  }

  /// As ``removing(_:)`` where several groups are left at once: what can't be removed is kept.
  package func leaving(_ membership: Membership) -> MembershipChange {
    do throws(Refusal) {
      return try removing(membership)
    } catch {
      return membership.isMember ? MembershipChange(.kept) : .unchanged
    }
  }
}

/// What becomes of one user in one group.
package struct MembershipChange: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case unchanged
    case added
    case expiryChanged
    case removed
    /// Asked to go, and still in the group by an identity provider.
    case kept
  }

  package let outcome: Outcome
  package let removes: [MembershipRow]
  /// Writes the row of source `manual`.
  package let putsManual: Bool
  /// The next sync may undo it.
  package let isOverwritten: Bool

  package static let unchanged = MembershipChange(.unchanged)

  package init(
    _ outcome: Outcome, removes: [MembershipRow] = [], putsManual: Bool = false,
    isOverwritten: Bool = false
  ) {
    self.outcome = outcome
    self.removes = removes
    self.putsManual = putsManual
    self.isOverwritten = isOverwritten
  }

  package var changes: Bool { putsManual || !removes.isEmpty }

  /// What is left of `membership`.
  /// - Parameter manual: the row that ``putsManual`` asked for.
  package func result(
    of membership: Membership, manual: MembershipRow?, at instant: Timestamp
  ) -> Membership {
    let left = membership.rows.filter { row in
      !removes.contains(row) && (manual == nil || row.source != .manual)
    }
    return Membership(left + (manual.map { [$0] } ?? []), at: instant)
  }

  /// The row of source `manual` that ``putsManual`` asks for. A member keeps the time of joining;
  /// a suspended one stays suspended.
  /// - Parameter suspended: for whoever was no member before; the user is deactivated.
  package func manualRow(
    of user: UserID, in group: GroupID, _ membership: Membership, until expiry: Timestamp?,
    suspended: Bool, at instant: Timestamp
  ) -> MembershipRow {
    let local = membership.local
    return MembershipRow(
      (group, user), source: .manual, sourceID: .nil,
      joinedAt: local.map(\.joinedAt).min() ?? instant, expiresAt: expiry,
      suspendedAt: local.isEmpty
        ? (suspended ? instant : nil)
        : local.contains { $0.suspendedAt == nil } ? nil : local.compactMap(\.suspendedAt).min())
  }
}
