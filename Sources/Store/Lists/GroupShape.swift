import Domain

/// The conditions of lists of groups, in the order in which texts have them.
enum GroupCondition: Int, CaseIterable, Sendable {
  case reach, search, managedBy, role, otherRole

  var bit: UInt64 { 1 << UInt64(rawValue) }

  var parameterCount: Int {
    switch self {
    case .reach, .search, .managedBy: 1
    case .role, .otherRole: 2
    }
  }

  /// The condition for one group `g`.
  var fragment: StaticString {
    switch self {
    case .reach: "g.group_id = ANY(#1)"
    case .search: "g.name_norm LIKE roster.contains_pattern(#1)"
    case .managedBy: "g.managed_by = ANY(#1)"
    case .role:
      """
      g.group_id IN (
             SELECT t.group_id FROM roster.role_grants AS t
               JOIN roster.roles AS r
                 ON r.organization_id = $1 AND r.role_id = t.role_id
                AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)
              WHERE t.organization_id = $1 AND t.group_id IS NOT NULL AND t.revoked_at IS NULL
                AND t.valid_from <= now() AND (t.expires_at IS NULL OR t.expires_at > now()))
      """
    case .otherRole:
      """
      NOT EXISTS (
             SELECT FROM roster.role_grants AS t
               JOIN roster.roles AS r
                 ON r.organization_id = $1 AND r.role_id = t.role_id
                AND (r.role_id = ANY(#1) OR r.key = ANY(#2) OR r.aliases && #2)
              WHERE t.organization_id = $1 AND t.group_id = g.group_id AND t.revoked_at IS NULL
                AND t.valid_from <= now() AND (t.expires_at IS NULL OR t.expires_at > now()))
      """
    }
  }
}

/// The shape of a page of groups. There are few, so that each is its own general one.
package struct GroupShape: ListShape {
  let conditions: UInt64
  let order: ListOrder<GroupSort>
  let isFirstPage: Bool

  package var general: GroupShape { self }

  func has(_ condition: GroupCondition) -> Bool { conditions & condition.bit != 0 }

  /// Whether it runs as `roster_search`.
  package var isSearch: Bool { has(.search) }

  /// Every shape there is.
  package static var all: [GroupShape] {
    (0..<(1 << UInt64(GroupCondition.allCases.count))).flatMap { conditions in
      GroupSort.allCases.flatMap { field in
        [false, true].flatMap { isDescending in
          [false, true].map { isFirstPage in
            GroupShape(
              conditions: conditions, order: ListOrder(field, isDescending: isDescending),
              isFirstPage: isFirstPage)
          }
        }
      }
    }
  }

  /// `$1` the organization, `$2` how many.
  package func compile() -> String {
    var writer = ListTextWriter(fixedCount: 2)
    writer.write("WITH page AS (\n  SELECT ")
    writer.write(order.field.key)
    writer.write(
      " AS key, g.group_id\n    FROM roster.groups AS g\n   WHERE g.organization_id = $1")
    if isSearch { writer.write("\n     AND $1 = current_setting('roster.organization')::uuid") }
    for condition in GroupCondition.allCases where has(condition) {
      writer.write("\n     AND ")
      writer.write(condition.fragment, writer.reserve(condition.parameterCount))
    }
    if !isFirstPage {
      writer.write("\n     AND (")
      writer.write(order.field.key)
      writer.write(
        order.isDescending ? ", g.group_id) < (#1, #2)" : ", g.group_id) > (#1, #2)",
        writer.reserve(2))
    }
    writer.write("\n   ORDER BY ")
    writer.write(order.field.key)
    writer.write(order.isDescending ? " DESC, g.group_id DESC" : ", g.group_id")
    writer.write("\n   LIMIT $2)\n")
    writer.write(Self.columns)
    writer.write(order.field == .name ? ", p.key AS key\n" : ", NULL::text AS key\n")
    writer.write(Self.rows)
    writer.write(
      order.isDescending
        ? "\n ORDER BY p.key DESC, p.group_id DESC" : "\n ORDER BY p.key, p.group_id")
    return writer.text
  }

  private static let columns: StaticString = """
    SELECT g.organization_id, g.group_id, g.directory_id, g.external_id, g.created_at,
           g.member_count, g.version, g.updated_at, g.name, g.description, r.ids, r.names
    """

  private static let rows: StaticString = """
      FROM page AS p
      JOIN roster.groups AS g ON g.organization_id = $1 AND g.group_id = p.group_id
     CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(r.role_id ORDER BY r.name_norm, r.role_id), '{}') AS ids,
              coalesce(array_agg(r.name ORDER BY r.name_norm, r.role_id), '{}') AS names
         FROM roster.roles AS r
        WHERE r.organization_id = $1
          AND r.role_id IN (
            SELECT t.role_id FROM roster.role_grants AS t
             WHERE t.organization_id = $1 AND t.group_id = g.group_id AND t.revoked_at IS NULL
               AND t.valid_from <= now() AND (t.expires_at IS NULL OR t.expires_at > now()))
     ) AS r
    """
}

extension GroupSort {
  fileprivate var key: StaticString {
    switch self {
    case .name: "g.name_norm"
    case .memberCount: "g.member_count"
    }
  }
}
