import Domain

/// Writes the text of one shape of a page of users.
struct UserTextWriter {
  private let shape: UserShape
  private var writer: ListTextWriter
  private var numbers: [UserCondition: ListTextWriter.Numbers] = [:]
  private var key: ListTextWriter.Numbers

  init(_ shape: UserShape) {
    self.shape = shape
    writer = ListTextWriter(fixedCount: shape.isGeneral ? 4 : 3)
    for condition in UserCondition.allCases where shape.has(condition) {
      numbers[condition] = writer.reserve(condition.parameterCount)
    }
    key = writer.reserve(shape.isFirstPage ? 0 : 2)
  }

  var text: String { writer.text }

  mutating func writeAll() {
    let rare = UserCondition.allCases.filter { condition in
      shape.has(condition) && !(shape.isGeneral && condition.isSwitchable)
        && condition.candidates(ofDeleted: shape.isOfDeleted) != nil
    }
    writer.write("WITH ")
    writeRoles(.role, as: "asked")
    writeRoles(.otherRole, as: "unasked")
    for condition in rare { writeCandidates(condition) }
    writer.write("page AS (\n")
    for (index, condition) in rare.enumerated() {
      writer.write("  (")
      writePage(from: condition, afterOverflow: rare[..<index])
      writer.write(")\n  UNION ALL\n")
    }
    writer.write(rare.isEmpty ? "  " : "  (")
    writePage(from: nil, afterOverflow: rare[...])
    writer.write(rare.isEmpty ? ")\n" : "))\n")
    writer.write(UserTextWriter.columns)
    writer.write(shape.order.field.isText ? ", p.key AS key\n" : ", NULL::text AS key\n")
    writer.write(shape.isOfDeleted ? UserTextWriter.deletedRows : UserTextWriter.rows)
    writer.write("\n ORDER BY p.key")
    writeDirection()
    writer.write(", p.user_id")
    writeDirection()
    writer.write("\n LIMIT $3")
  }

  /// The columns of ``UserRow``, then those of ``ListedUserRow``.
  static let columns: StaticString = """
    SELECT u.organization_id, u.user_id, u.kind, u.source, u.created_at,
           roster.present_state(u.state, u.deactivated_until),
           roster.present_lock(u.locked_at, u.locked_until),
           u.lock_reason, e.verified_at, u.version, u.updated_at,
           e.address, u.given_name, u.family_name, u.display_name, u.external_id,
           u.locale, u.avatar_url, u.attributes, u.company_id, u.locked_until,
           u.deactivated_at, u.deactivation_reason, u.deactivated_until, u.pending_email,
           a.last_login_at, u.mfa_enabled, c.company_id, c.name
    """

  private static let rows: StaticString = """
      FROM page AS p
      JOIN roster.users AS u ON u.organization_id = $1 AND u.user_id = p.user_id
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = p.user_id
       AND e.is_primary AND e.deleted_at IS NULL
      JOIN roster.user_activity AS a ON a.organization_id = $1 AND a.user_id = p.user_id
      LEFT JOIN roster.companies AS c
        ON c.organization_id = $1 AND c.company_id = u.company_id
    """

  private static let deletedRows: StaticString = """
      FROM page AS p
      JOIN roster.users AS u ON u.organization_id = $1 AND u.user_id = p.user_id
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = p.user_id
       AND e.is_primary AND e.deleted_at IS NOT NULL
      JOIN roster.user_activity AS a ON a.organization_id = $1 AND a.user_id = p.user_id
      LEFT JOIN roster.companies AS c
        ON c.organization_id = $1 AND c.company_id = u.company_id
    """

  private mutating func writeRoles(_ condition: UserCondition, as name: StaticString) {
    guard let numbers = numbers[condition] else { return }
    writer.write(name)
    writer.write(" AS MATERIALIZED (\n  ")
    writer.write(UserFragments.roles, numbers)
    writer.write("),\n")
  }

  private mutating func writeCandidates(_ condition: UserCondition) {
    guard let fragment = condition.candidates(ofDeleted: shape.isOfDeleted),
      let numbers = numbers[condition]
    else { return }
    writer.write(condition.setName)
    writer.write(" AS MATERIALIZED (\n  SELECT user_id FROM (\n          ")
    writer.write(fragment, numbers)
    writer.write(") AS candidates\n   LIMIT ")
    writer.write(number: UserShape.rareMax + 1)
    writer.write("),\n")
  }

  /// One way to the page's keys and ids.
  /// - Parameters:
  ///   - driver: whose set is small; nil: the order's index is walked.
  ///   - sets: those that turned out to be too large before.
  private mutating func writePage(
    from driver: UserCondition?, afterOverflow sets: ArraySlice<UserCondition>
  ) {
    writer.write("SELECT ")
    writer.write(shape.order.field.key)
    writer.write(" AS key, u.user_id\n     FROM ")
    if let driver {
      writer.write("(SELECT DISTINCT user_id FROM ")
      writer.write(driver.setName)
      writer.write(") AS d\n     JOIN roster.users AS u")
      writer.write(" ON u.organization_id = $1 AND u.user_id = d.user_id")
    } else {
      writer.write("roster.users AS u")
    }
    writeJoins()
    writer.write("\n    WHERE u.organization_id = $1 AND u.state = ANY($2)")
    if shape.isSearch {
      writer.write("\n      AND $1 = current_setting('roster.organization')::uuid")
    }
    for set in sets { writeCount(of: set, " > ") }
    if let driver { writeCount(of: driver, " <= ") }
    for condition in UserCondition.allCases where shape.has(condition) && condition != driver {
      writeCondition(condition)
    }
    writePosition()
    writer.write("\n    ORDER BY ")
    writer.write(shape.order.field.key)
    writeDirection()
    writer.write(", ")
    writer.write(shape.order.field.keyID)
    writeDirection()
    writer.write("\n    LIMIT $3")
  }

  private mutating func writeJoins() {
    let conditions = UserCondition.allCases.filter { shape.has($0) }
    if shape.order.field == .email || conditions.contains(where: \.needsEmail) {
      writer.write(
        "\n     JOIN roster.emails AS e ON e.organization_id = $1 AND e.user_id = u.user_id")
      writer.write(
        shape.isOfDeleted
          ? " AND e.is_primary AND e.deleted_at IS NOT NULL"
          : " AND e.is_primary AND e.deleted_at IS NULL")
    }
    if shape.order.field == .lastLoginTime || conditions.contains(where: \.needsActivity) {
      writer.write(
        "\n     JOIN roster.user_activity AS a ON a.organization_id = $1 AND a.user_id = u.user_id")
    }
  }

  private mutating func writeCount(of set: UserCondition, _ comparison: StaticString) {
    writer.write("\n      AND (SELECT count(*) FROM ")
    writer.write(set.setName)
    writer.write(")")
    writer.write(comparison)
    writer.write(number: UserShape.rareMax)
  }

  private mutating func writeCondition(_ condition: UserCondition) {
    guard let numbers = numbers[condition] else { return }
    writer.write("\n      AND ")
    let isSwitched = shape.isGeneral && condition.isSwitchable
    if isSwitched {
      writer.write("($4 & ")
      writer.write(number: Int(condition.bit))
      writer.write("::int8 = 0 OR (")
    }
    writer.write(condition.fragment, numbers)
    if isSwitched { writer.write("))") }
  }

  private mutating func writePosition() {
    guard !shape.isFirstPage else { return }
    writer.write("\n      AND (")
    writer.write(shape.order.field.key)
    writer.write(", ")
    writer.write(shape.order.field.keyID)
    writer.write(shape.order.isDescending ? ") < (#1, #2)" : ") > (#1, #2)", key)
  }

  private mutating func writeDirection() {
    if shape.order.isDescending { writer.write(" DESC") }
  }
}

extension UserSort {
  /// The column that an index has before the id.
  fileprivate var key: StaticString {
    switch self {
    case .email: "e.address_norm"
    case .displayName: "u.display_name_norm"
    case .createTime: "u.created_at"
    case .lastLoginTime: "a.last_login_order"
    case .mfaEnabled: "u.mfa_enabled"
    }
  }

  /// The id in the same index.
  fileprivate var keyID: StaticString {
    switch self {
    case .email: "e.user_id"
    case .displayName, .createTime, .mfaEnabled: "u.user_id"
    case .lastLoginTime: "a.user_id"
    }
  }

  fileprivate var isText: Bool { self == .email || self == .displayName }
}

extension UserCondition {
  fileprivate var setName: StaticString {
    switch self {
    case .reach: "reached"
    case .search: "found"
    case .group: "members"
    default: "holders"
    }
  }
}
