import Domain
import Postgres
import Store

/// What AddMember and BatchAddMembers, RemoveMember and BatchRemoveMembers do alike.
extension MembersQuestions {
  /// Puts all users into the group.
  /// - Parameter isBatch: writes the event of the operation, beside the users'.
  func addAll(
    until expiry: MembershipExpiry, isBatch: Bool, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> MembershipEdit {
    try expiry.require(after: mutation.now)
    let group = try group(mutation)
    let full = try full(mutation)
    var edit = try MembershipEdit(mutation)
    for member in try members(mutation) {
      let isNew = try edit.add(member, to: group, until: expiry.instant)
      guard !isNew || !full.contains(member.user) else {
        throw .group(.tooManyGroups(of: member.user))
      }
    }
    if edit.isChanging { try requireCovering(mutation) }
    try edit.checkSizes([group])
    edit.write(&mutation)
    if isBatch { record(.membersAdded, edit, group, &mutation) }
    if expiry.instant != nil { mutation.requireAdministrator() }
    return edit
  }

  /// Takes all users out of the group.
  /// - Parameter isBatch: writes the event of the operation, beside the users'.
  func removeAll(
    isBatch: Bool, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> MembershipEdit {
    let group = try group(mutation)
    var edit = try MembershipEdit(mutation)
    for member in try members(mutation) { try edit.remove(member, from: group) }
    edit.write(&mutation)
    if isBatch { record(.membersRemoved, edit, group, &mutation) }
    mutation.requireAdministrator()
    return edit
  }

  private func record(
    _ action: EventAction, _ edit: MembershipEdit, _ group: Group, _ mutation: inout Mutation
  ) {
    guard edit.isChanging else { return }
    mutation.record(
      action, EventTarget(.group, group.id.uuid),
      .object([
        "name": .string(group.fields.name.text), "users": .number(Double(edit.changeCount)),
      ]),
      in: group.organization)
  }
}
