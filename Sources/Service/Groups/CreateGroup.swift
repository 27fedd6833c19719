package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func createGroup(
    _ request: Roster_V1_CreateGroupRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateGroupResponse {
    var name = try NameTexts([("group.name", request.group.name)])
    let description = try readDescription(request.group.description_p)

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { name.ask(&$0) },
        deciding: { _, mutation throws(ServiceFailure) in
          let fields = GroupFields(name: try name.names(mutation)[0], description: description)
          let group = try Group.created(
            mutation.makeID(), in: caller.organization, fields, at: mutation.now)
          mutation.changes.add(InsertGroup(group))
          mutation.record(
            .groupCreated, EventTarget(.group, group.id.uuid),
            group.eventDetails(GroupField.allCases), in: group.organization)

          var response = Roster_V1_CreateGroupResponse()
          response.group = Roster_V1_Group(group)
          response.changed = true
          return response
        })
    } catch {
      throw taken(error, name: request.group.name)
    }
  }
}

extension Group {
  fileprivate static func created(
    _ id: GroupID, in organization: OrganizationID, _ fields: GroupFields, at instant: Timestamp
  ) throws(ServiceFailure) -> Group {
    do throws(Refusal) {
      return try Group(id: id, organization: organization, fields, at: instant)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
