import API
import Domain

extension Roster_V1_Role {
  /// - Parameter withRights: false leaves them out.
  init(_ role: Role, withRights: Bool = true) {
    self.init()
    organizationID = role.organization.text
    roleID = role.id.text
    key = role.key.text
    aliases = role.aliases.map(\.text)
    kind =
      switch role.kind {
      case .predefined: .predefined
      case .custom: .custom
      }
    name = role.content.name.text
    description_p = role.content.description.text
    rank = Int32(clamping: role.content.rank)
    if withRights { rights = role.content.rights.sorted.map { Roster_V1_Right($0) } }
    createTime = .init(role.createdAt)
    updateTime = .init(role.updatedAt)
    etag = Etag(version: role.version).text
  }
}

extension Roster_V1_Right {
  init(_ right: Right) {
    self.init()
    permission = right.permission.text
    scope = Roster_V1_PermissionScope(right.scope)
  }
}

extension Roster_V1_PermissionScope {
  init(_ scope: PermissionScope) {
    self =
      switch scope {
      case .holder: .self_
      case .own: .own
      case .group: .group
      case .company: .company
      case .all: .all
      }
  }
}

extension PermissionScope {
  init(_ scope: Roster_V1_PermissionScope, field: String) throws(ServiceFailure) {
    switch scope {
    case .self_: self = .holder
    case .own: self = .own
    case .group: self = .group
    case .company: self = .company
    case .all: self = .all
    case .unspecified: throw .fault(.required(field: field))
    case .UNRECOGNIZED:
      throw .fault(.invalid(field: field, because: "must be one of PermissionScope"))
    }
  }
}

extension Roster_V1_Permission {
  init(_ permission: Permission) {
    self.init()
    self.permission = permission.name.text
    description_p = permission.description.text
    scopes = PermissionScope.allCases.filter { permission.scopes.contains($0) }
      .map { Roster_V1_PermissionScope($0) }
    builtIn = permission.isBuiltIn
    retired = permission.isRetired
  }
}
