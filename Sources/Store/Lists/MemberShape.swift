package import Domain

/// The shape of a page of a group's members.
///
/// By the time of joining the index of that order is walked. By name the members of a group of up
/// to ``smallMax`` rows are sorted; of a larger one the index of all names is walked, and every
/// user in its way asked.
package struct MemberShape: ListShape {
  /// Rows, of which a member may have several.
  package static let smallMax = 20_000

  let order: ListOrder<MemberSort>
  /// Whether it runs as `roster_search`.
  package let isSearch: Bool
  let isFirstPage: Bool

  package init(order: ListOrder<MemberSort>, isSearch: Bool, isFirstPage: Bool) {
    self.order = order
    self.isSearch = isSearch
    self.isFirstPage = isFirstPage
  }

  package var general: MemberShape { self }

  /// Every shape there is.
  package static var all: [MemberShape] {
    MemberSort.allCases.flatMap { field in
      [false, true].flatMap { isDescending in
        [false, true].flatMap { isSearch in
          [false, true].map { isFirstPage in
            MemberShape(
              order: ListOrder(field, isDescending: isDescending), isSearch: isSearch,
              isFirstPage: isFirstPage)
          }
        }
      }
    }
  }

  /// `$1` the organization, `$2` the group, `$3` how many.
  package func compile() -> String {
    var writer = ListTextWriter(fixedCount: 3)
    let numbers = Numbers(
      search: writer.reserve(isSearch ? 1 : 0), position: writer.reserve(isFirstPage ? 0 : 2))
    switch order.field {
    case .joinTime:
      writer.write("WITH page AS (\n  ")
      writePage(Self.byJoining, key: "m.joined_at", id: "m.user_id", numbers, &writer)
      writer.write(")\n")
    case .displayName:
      writer.write(Self.members)
      writer.write(", page AS (\n  (")
      writePage(Self.ofFew, key: "u.display_name_norm", id: "u.user_id", numbers, &writer)
      writer.write(")\n  UNION ALL\n  (")
      writePage(Self.ofMany, key: "u.display_name_norm", id: "u.user_id", numbers, &writer)
      writer.write("))\n")
    }
    writer.write(Self.columns)
    writer.write(order.field == .displayName ? ", p.key AS key\n" : ", NULL::text AS key\n")
    writer.write(Self.rows)
    writer.write(
      order.isDescending
        ? "\n ORDER BY p.key DESC, p.user_id DESC" : "\n ORDER BY p.key, p.user_id")
    writer.write("\n LIMIT $3")
    return writer.text
  }

  private struct Numbers {
    let search: ListTextWriter.Numbers
    let position: ListTextWriter.Numbers
  }

  private func writePage(
    _ source: StaticString, key: StaticString, id: StaticString, _ numbers: Numbers,
    _ writer: inout ListTextWriter
  ) {
    writer.write("SELECT ")
    writer.write(key)
    writer.write(" AS key, ")
    writer.write(id)
    writer.write("\n")
    writer.write(source)
    if isSearch {
      writer.write("\n     AND $1 = current_setting('roster.organization')::uuid\n     AND ")
      writer.write(Self.search, numbers.search)
    }
    if !isFirstPage {
      writer.write("\n     AND (")
      writer.write(key)
      writer.write(", ")
      writer.write(id)
      writer.write(order.isDescending ? ") < (#1, #2)" : ") > (#1, #2)", numbers.position)
    }
    writer.write("\n   ORDER BY ")
    writer.write(key)
    writer.write(order.isDescending ? " DESC, " : ", ")
    writer.write(id)
    if order.isDescending { writer.write(" DESC") }
    writer.write("\n   LIMIT $3")
  }

  /// A member by several sources stands where the first of them began.
  private static let byJoining: StaticString = """
        FROM roster.group_members AS m
        JOIN roster.users AS u
          ON u.organization_id = $1 AND u.user_id = m.user_id AND u.state <> 'deleted'
       WHERE m.organization_id = $1 AND m.group_id = $2
         AND (m.expires_at IS NULL OR m.expires_at > now())
         AND (SELECT true FROM roster.group_members AS o
               WHERE o.organization_id = $1 AND o.group_id = $2 AND o.user_id = m.user_id
                 AND (o.expires_at IS NULL OR o.expires_at > now())
                 AND (o.joined_at, o.source, o.source_id) < (m.joined_at, m.source, m.source_id)
               LIMIT 1) IS NULL
    """

  private static let members: StaticString = """
    WITH members AS MATERIALIZED (
      SELECT m.user_id FROM roster.group_members AS m
       WHERE m.organization_id = $1 AND m.group_id = $2
         AND (m.expires_at IS NULL OR m.expires_at > now())
       LIMIT 20001)
    """

  private static let ofFew: StaticString = """
        FROM (SELECT DISTINCT user_id FROM members) AS d
        JOIN roster.users AS u
          ON u.organization_id = $1 AND u.user_id = d.user_id AND u.state <> 'deleted'
       WHERE (SELECT count(*) FROM members) <= 20000
    """

  private static let ofMany: StaticString = """
        FROM roster.users AS u
       WHERE u.organization_id = $1 AND u.state <> 'deleted'
         AND (SELECT count(*) FROM members) > 20000
         AND (SELECT true FROM roster.group_members AS m
               WHERE m.organization_id = $1 AND m.group_id = $2 AND m.user_id = u.user_id
                 AND (m.expires_at IS NULL OR m.expires_at > now())
               LIMIT 1)
    """

  private static let search: StaticString = """
    (u.display_name_norm LIKE roster.contains_pattern(#1)
          OR (SELECT true FROM roster.emails AS e
               WHERE e.organization_id = $1 AND e.user_id = u.user_id AND e.is_primary
                 AND e.deleted_at IS NULL AND e.address_norm LIKE roster.contains_pattern(#1)))
    """

  private static let columns: StaticString = """
    SELECT u.user_id,
           CASE u.display_name WHEN '' THEN btrim(u.given_name || ' ' || u.family_name)
                ELSE u.display_name END,
           e.address, u.avatar_url, s.joined_at, s.sources, s.expires_at, s.is_suspended
    """

  private static let rows: StaticString = """
      FROM page AS p
      JOIN roster.users AS u ON u.organization_id = $1 AND u.user_id = p.user_id
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = p.user_id
       AND e.is_primary AND e.deleted_at IS NULL
     CROSS JOIN LATERAL (
       SELECT min(m.joined_at) AS joined_at, array_agg(DISTINCT m.source) AS sources,
              CASE WHEN bool_and(m.expires_at IS NOT NULL) THEN max(m.expires_at) END AS expires_at,
              bool_and(m.suspended_at IS NOT NULL) AS is_suspended
         FROM roster.group_members AS m
        WHERE m.organization_id = $1 AND m.group_id = $2 AND m.user_id = p.user_id
          AND (m.expires_at IS NULL OR m.expires_at > now())
     ) AS s
    """
}
