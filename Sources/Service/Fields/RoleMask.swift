import API
import SwiftProtobuf

/// Which fields of a role an update writes (AIP-134). A mask without paths is an omitted one.
struct RoleMask {
  let fields: Set<RoleField>

  /// - Throws: FIELD_MASK_INVALID for a path that is no field, FIELD_NOT_WRITABLE for one that no
  ///   update writes.
  init(_ request: Roster_V1_UpdateRoleRequest) throws(ServiceFailure) {
    let paths = request.updateMask.paths
    guard !paths.isEmpty else {
      fields = Self.populated(request.role)
      return
    }
    if paths == ["*"] {
      fields = Set(RoleField.allCases)
      return
    }
    var fields: Set<RoleField> = []
    for path in paths {
      if let field = RoleField(rawValue: path) {
        fields.insert(field)
      } else if Self.readOnly.contains(path) {
        throw .fault(.maskPathNotWritable(path))
      } else {
        throw .fault(.maskPathUnknown(path))
      }
    }
    self.fields = fields
  }

  /// Fields of Role that are not of RoleFields.
  private static let readOnly: Set<String> = [
    "organization_id", "role_id", "key", "aliases", "kind", "create_time", "update_time", "etag",
    "holders",
  ]

  private static func populated(_ role: Roster_V1_RoleFields) -> Set<RoleField> {
    Set(
      RoleField.allCases.filter { field in
        switch field {
        case .name: !role.name.isEmpty
        case .description: !role.description_p.isEmpty
        case .rank: role.rank != 0
        case .rights: !role.rights.isEmpty
        }
      })
  }
}
