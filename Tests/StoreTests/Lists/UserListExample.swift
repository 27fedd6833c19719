import Domain

/// One thing that a list of users can be asked for, and the same in SQL.
struct UserListExample: Sendable {
  let name: String
  let filter: String
  var search: String?
  var reach = Reach.all
  /// Of user `u` with address `e` and activity `a`; the deleted are left out, or all others.
  let condition: String
  var isOfDeleted = false

  init(_ name: String, _ filter: String, _ condition: String) {
    self.name = name
    self.filter = filter
    self.condition = condition
  }

  /// Both at once.
  func and(_ other: UserListExample) -> UserListExample {
    var both = UserListExample(
      "\(name) + \(other.name)", "\(filter) \(other.filter)",
      "(\(condition)) AND (\(other.condition))")
    both.search = search ?? other.search
    both.reach = reach == .all ? other.reach : reach
    both.isOfDeleted = isOfDeleted || other.isOfDeleted
    return both
  }

  /// Every condition that a filter can have, alone.
  static let filters: [UserListExample] = states + texts + sets + times

  /// With what is no filter.
  static let all: [UserListExample] = [everybody] + filters + searches + reaches

  static let everybody = UserListExample("everybody", "", "true")

  private static let states: [UserListExample] = [
    .init(
      "active", "state = active",
      "u.state = 'active' OR u.state = 'inactive' AND u.deactivated_until <= now()"),
    .init(
      "inactive", "state = inactive",
      "u.state = 'inactive' AND coalesce(u.deactivated_until, 'infinity') > now()"),
    .init("invited", "state = invited", "u.state = 'invited'"),
    deleted,
    .init(
      "locked", "locked = true",
      "u.locked_at IS NOT NULL AND coalesce(u.locked_until, 'infinity') > now()"),
    .init(
      "unlocked", "locked = false",
      "NOT (u.locked_at IS NOT NULL AND coalesce(u.locked_until, 'infinity') > now())"),
    .init("service", "kind = service", "u.kind = 'service'"),
    .init("human", "kind = human", "u.kind = 'human'"),
    .init("directory", "source = directory", "u.source = 'directory'"),
    .init("sign_in", "source = sign_in OR source = import", "u.source = 'sign_in'"),
    .init("mfa", "mfa_enabled = true", "u.mfa_enabled"),
    .init("no mfa", "mfa_enabled = false", "NOT u.mfa_enabled"),
  ]

  static let deleted: UserListExample = {
    var example = UserListExample("deleted", "state = deleted", "true")
    example.isOfDeleted = true
    return example
  }()

  private static let texts: [UserListExample] = [
    .init("email", "email = \"\(address.uppercased())\"", "e.address = '\(address)'"),
    .init("other email", "email != \"\(address)\"", "e.address <> '\(address)'"),
    .init("email prefix", "email = \"1B*\"", "e.address LIKE '1b%'"),
    .init(
      "name", "display_name = \"a1b2c3 1\" OR display_name = \"\(name)\"",
      "lower(u.display_name) = '\(name)'"),
    .init("other name", "display_name != \"\(name)\"", "lower(u.display_name) <> '\(name)'"),
    .init("name prefix", "display_name = \"c3*\"", "lower(u.display_name) LIKE 'c3%'"),
    .init(
      "external id", "external_id = \"x-6\" OR external_id = \"x-8\"",
      "u.external_id IN ('x-6', 'x-8')"),
    .init("other external id", "external_id != \"x-6\"", "u.external_id IS DISTINCT FROM 'x-6'"),
    .init("any external id", "external_id:*", "u.external_id IS NOT NULL"),
    .init("no external id", "-external_id:*", "u.external_id IS NULL"),
  ]

  private static let sets: [UserListExample] = [
    .init(
      "small company", "company = \(UserListRows.small)",
      "u.company_id = '\(UserListRows.small)'"),
    .init(
      "large company", "company = \(UserListRows.large)",
      "u.company_id = '\(UserListRows.large)'"),
    .init(
      "other company", "company != \(UserListRows.large)",
      "u.company_id IS DISTINCT FROM '\(UserListRows.large)'"),
    .init("any company", "company:*", "u.company_id IS NOT NULL"),
    .init("no company", "-company:*", "u.company_id IS NULL"),
    .init("few's group", "group = \(UserListRows.few)", member(of: [UserListRows.few])),
    .init(
      "everyone's group", "group = \(UserListRows.everyone) OR group = \(UserListRows.half)",
      member(of: [UserListRows.everyone, UserListRows.half])),
    .init(
      "other group", "-group = \(UserListRows.half)",
      "NOT (\(member(of: [UserListRows.half])))"),
    .init("own role", "role = \(UserListRows.admin)", holder(of: "admin")),
    .init("few's role", "role = editor OR role = former", holder(of: "editor")),
    .init("everyone's role", "role = reader_alias", holder(of: "reader")),
    .init("ended role", "role = former", "false"),
    .init("other role", "role != editor", "NOT (\(holder(of: "editor")))"),
  ]

  private static let times: [UserListExample] = [
    .init(
      "created from", "create_time >= 2025-12-31T22:00:00Z",
      "u.created_at >= '2025-12-31 22:00Z'"),
    .init(
      "created before", "create_time < 2025-12-31T22:00:00Z",
      "u.created_at < '2025-12-31 22:00Z'"),
    .init(
      "signed in from", "last_login_time > 2026-05-01T00:00:00Z",
      "a.last_login_at > '2026-05-01 00:00Z'"),
    .init(
      "signed in before", "last_login_time < 2026-05-01T00:00:00Z",
      "a.last_login_at < '2026-05-01 00:00Z'"),
    .init("ever signed in", "last_login_time:*", "a.last_login_at IS NOT NULL"),
    .init("never signed in", "NOT last_login_time:*", "a.last_login_at IS NULL"),
    .init(
      "inactive since", "inactive_since = 2026-04-15T00:00:00Z",
      "u.created_at < '2026-04-15 00:00Z' AND coalesce(a.last_login_at, '-infinity') "
        + "< '2026-04-15 00:00Z'"),
  ]

  private static let searches: [UserListExample] = {
    var common = UserListExample("common search", "", "true")
    common.search = "A.EXAMPLE"
    var rare = UserListExample(
      "rare search", "", "lower(u.display_name) LIKE '%a1b%' OR e.address LIKE '%a1b%'")
    rare.search = " A1b "
    var deleted = rare.and(UserListExample.deleted)
    deleted.search = "a1b"
    return [common, rare, deleted]
  }()

  private static let reaches: [UserListExample] = {
    let own = UserListRows.user(3)
    var narrow = UserListExample(
      "narrow reach", "",
      "u.user_id = '\(own)' OR u.company_id = '\(UserListRows.small)' "
        + "OR \(member(of: [UserListRows.few]))")
    narrow.reach = .some(user: own, groups: [UserListRows.few], companies: [UserListRows.small])
    var wide = UserListExample(
      "wide reach", "",
      "u.user_id = '\(own)' OR \(member(of: [UserListRows.half]))")
    wide.reach = .some(user: own, groups: [UserListRows.half], companies: [])
    var oneself = UserListExample("oneself", "", "u.user_id = '\(own)'")
    oneself.reach = .some(user: own, groups: [], companies: [])
    return [narrow, wide, oneself]
  }()

  private static func member(of groups: [GroupID]) -> String {
    let ids = groups.map { "'\($0)'" }.joined(separator: ", ")
    return """
      (u.organization_id, u.user_id) IN (
        SELECT organization_id, user_id FROM live_members WHERE group_id IN (\(ids)))
      """
  }

  private static func holder(of role: String) -> String {
    """
    (u.organization_id, u.user_id) IN (
      SELECT organization_id, user_id FROM live_holders WHERE key = '\(role)')
    """
  }

  /// What the script gives the user with the number 5.
  private static let address = "0b279e99000005@a.example"
  /// What it gives the one with the number 6, in lower case.
  private static let name = "04ef3e 6"
}
