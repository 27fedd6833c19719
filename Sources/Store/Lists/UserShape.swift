import Domain

/// The shape of a page of users.
///
/// A page is found first, as keys and ids in the order of one index, and only its rows are joined
/// with everything else. What a role, a group, a reach or a search yields the planner can't know:
/// such a set is read up to ``rareMax`` and, when that is all of it, sorted; else the index of the
/// order is walked and every user in its way is asked.
package struct UserShape: ListShape {
  /// Sets of up to so many users are sorted, of more the order's index is walked.
  package static let rareMax = 2_000

  let conditions: UInt64
  let order: ListOrder<UserSort>
  let isFirstPage: Bool
  let isOfDeleted: Bool
  let isGeneral: Bool

  package var general: UserShape {
    let kept = UserCondition.allCases.reduce(UInt64(0)) { bits, condition in
      condition.isSwitchable ? bits | condition.bit : bits | conditions & condition.bit
    }
    return UserShape(
      conditions: kept, order: order, isFirstPage: isFirstPage, isOfDeleted: isOfDeleted,
      isGeneral: true)
  }

  func has(_ condition: UserCondition) -> Bool { conditions & condition.bit != 0 }

  /// Whether it runs as `roster_search`.
  package var isSearch: Bool { has(.search) }

  /// `$1` the organization, `$2` the states, `$3` how many, and, in the general text, `$4` the
  /// conditions that are on.
  package func compile() -> String {
    var writer = UserTextWriter(self)
    writer.writeAll()
    return writer.text
  }
}
