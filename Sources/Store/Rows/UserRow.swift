import Domain
import Postgres

/// The columns that every statement answering a ``User`` selects, in this order: organization_id,
/// user_id, kind, source, created_at; present_state, present_lock, lock_reason, verified_at,
/// version, updated_at; address, given_name, family_name, display_name, external_id, locale,
/// avatar_url, attributes, company_id; locked_until, deactivated_at, deactivation_reason,
/// deactivated_until, pending_email. ``FindDeletedUser`` adds deleted_at, deleted_from, purge_at.
enum UserRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> User {
    User(origin: try origin(row), standing: try standing(row), profile: try profile(row))
  }

  /// With the three columns of a deletion.
  static func decodeDeleted(_ row: borrowing RowReader) throws(DatabaseError) -> User {
    var standing = try standing(row)
    standing.deletion = try UserDeletion(
      at: row.instant(25), from: row.choice(26, UserState.self), purgeAt: row.instant(27))
    return User(origin: try origin(row), standing: standing, profile: try profile(row))
  }

  private static func origin(_ row: borrowing RowReader) throws(DatabaseError) -> User.Origin {
    try User.Origin(
      id: row.id(1, UserID.self), organization: row.id(0, OrganizationID.self),
      kind: row.choice(2, UserKind.self), source: row.choice(3, UserSource.self),
      createdAt: row.instant(4))
  }

  private static func standing(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> User.Standing {
    var standing = try User.Standing(
      state: row.choice(5, UserState.self), lock: lock(row),
      emailVerifiedAt: row.optionalInstant(8), version: row.int64(9), updatedAt: row.instant(10))
    standing.deactivation = try deactivation(row)
    standing.pendingEmail = try row.optionalText(24).map { EmailAddress(stored: $0) }
    return standing
  }

  private static func deactivation(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> UserDeactivation? {
    guard let at = try row.optionalInstant(21) else { return nil }
    return UserDeactivation(
      at: at, reason: Reason(stored: try row.optionalText(22) ?? ""),
      until: try row.optionalInstant(23))
  }

  private static func lock(_ row: borrowing RowReader) throws(DatabaseError) -> UserLock? {
    guard let at = try row.optionalInstant(6) else { return nil }
    return UserLock(
      at: at, reason: Reason(stored: try row.text(7)), until: try row.optionalInstant(20))
  }

  private static func profile(_ row: borrowing RowReader) throws(DatabaseError) -> UserProfile {
    var profile = UserProfile(
      email: EmailAddress(stored: try row.text(11)), givenName: Name(stored: try row.text(12)),
      familyName: Name(stored: try row.text(13)), displayName: Name(stored: try row.text(14)))
    profile.externalID = try row.optionalText(15).map { ExternalID(stored: $0) }
    profile.locale = LanguageTag(stored: try row.text(16))
    profile.avatarURL = AvatarURL(stored: try row.text(17))
    guard let attributes = UserAttributes(storedJSON: try row.jsonb(18)) else {
      throw .undecodable(column: 18, reason: "no object of texts")
    }
    profile.attributes = attributes
    profile.company = try row.optionalID(19, CompanyID.self)
    return profile
  }
}
