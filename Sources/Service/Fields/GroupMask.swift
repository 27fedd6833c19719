import API
import Domain
import SwiftProtobuf

/// Which fields of a group an update writes (AIP-134). A mask without paths is an omitted one.
struct GroupMask {
  let fields: Set<GroupField>

  /// - Throws: as ``UserMask``.
  init(_ request: Roster_V1_UpdateGroupRequest) throws(ServiceFailure) {
    let paths = request.updateMask.paths
    guard !paths.isEmpty else {
      var fields: Set<GroupField> = []
      if !request.group.name.isEmpty { fields.insert(.name) }
      if !request.group.description_p.isEmpty { fields.insert(.description) }
      self.fields = fields
      return
    }
    if paths == ["*"] {
      fields = Set(GroupField.allCases)
      return
    }
    var fields: Set<GroupField> = []
    for path in paths {
      if let field = GroupField(rawValue: path) {
        fields.insert(field)
      } else if Self.readOnly.contains(path) {
        throw .fault(.maskPathNotWritable(path))
      } else {
        throw .fault(.maskPathUnknown(path))
      }
    }
    self.fields = fields
  }

  /// Fields of Group that are not of GroupFields.
  private static let readOnly: Set<String> = [
    "organization_id", "group_id", "managed_by", "directory_id", "external_id", "member_count",
    "roles", "create_time", "update_time", "etag",
  ]
}
