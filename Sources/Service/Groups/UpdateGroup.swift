package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func updateGroup(
    _ request: Roster_V1_UpdateGroupRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateGroupResponse {
    let id: GroupID = try readID(request.groupID, field: "group_id")
    let mask = try GroupMask(request)
    let writes = mask.fields.contains
    var name = try NameTexts([("group.name", writes(.name) ? request.group.name : "")])
    let description =
      writes(.description) ? try readDescription(request.group.description_p) : .empty

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { batch in
          name.ask(&batch)
          return GroupQuestions(&batch, id, caller)
        },
        deciding: { questions, mutation throws(ServiceFailure) in
          let before = try questions.group(mutation)
          try Etag(request.etag).require(before.version)
          let mode = try mutation.requireOrganization().settings.groupSyncMode
          let fields = GroupFields(name: try name.names(mutation)[0], description: description)
          var group = before
          let changed = try group.updated(fields, mask.fields, mode, at: mutation.now)

          if !changed.isEmpty {
            mutation.changes.add(Store.UpdateGroup(group))
            mutation.record(
              .groupUpdated, EventTarget(.group, id.uuid),
              .object([
                "before": before.eventDetails(changed), "after": group.eventDetails(changed),
              ]),
              in: group.organization)
          }

          var response = Roster_V1_UpdateGroupResponse()
          response.group = Roster_V1_Group(group)
          response.changed = !changed.isEmpty
          if changed.contains(.name), group.isOverwritten(in: mode) {
            response.warnings = [.overwrittenBySync]
          }
          return response
        })
    } catch {
      throw taken(error, name: request.group.name)
    }
  }
}

extension Group {
  fileprivate mutating func updated(
    _ new: GroupFields, _ fields: Set<GroupField>, _ mode: OrganizationSettings.GroupSyncMode,
    at instant: Timestamp
  ) throws(ServiceFailure) -> Set<GroupField> {
    do throws(Refusal) {
      return try update(new, fields: fields, mode: mode, at: instant)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
