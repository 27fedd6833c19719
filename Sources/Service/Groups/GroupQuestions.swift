import Domain
import Postgres
import Store

/// What a mutation of one group asks in flush 1: the row, held until the end, and what its roles
/// allow.
struct GroupQuestions {
  private let id: GroupID
  private let row: Pending<FindGroup>
  private let rights: Pending<FindGroupRights>?

  /// - Parameter toDelete: hold it against rows that come to refer to it, too.
  init(_ batch: inout Batch, _ id: GroupID, _ caller: Caller, toDelete: Bool = false) {
    self.id = id
    let organization = caller.organization
    if toDelete {
      batch.add(HoldGroupToDelete(organization: organization, group: id))
    } else {
      batch.add(HoldGroups(organization: organization, groups: [id]))
    }
    row = batch.add(FindGroup(organization: organization, group: id))
    rights =
      caller.actingUser == nil
      ? nil : batch.add(FindGroupRights(organization: organization, groups: [id]))
  }

  /// The group, which the actor may change.
  func group(_ mutation: borrowing Mutation) throws(ServiceFailure) -> Group {
    try mutation.caller.requireReach(id)
    guard let group = try mutation.row(row) else { throw .missing(.group(id)) }
    return group
  }

  /// Checks that the actor holds what the group gives its members: nobody gives more, nor takes it.
  func requireCovering(_ mutation: borrowing Mutation) throws(ServiceFailure) {
    guard let rights else { return }
    for found in try mutation.rows(rights) {
      try mutation.requireCovering(found.rights, rank: found.rank)
    }
  }
}
