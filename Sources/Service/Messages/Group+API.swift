import API
import Domain
import SwiftProtobuf

extension Roster_V1_Group {
  init(_ group: Group) {
    self.init()
    organizationID = group.organization.text
    groupID = group.id.text
    name = group.fields.name.text
    description_p = group.fields.description.text
    managedBy = .init(group.management)
    if case .directory(let directory, let externalID) = group.management {
      directoryID = directory.text
      self.externalID = externalID?.text ?? ""
    }
    memberCount = Int64(group.memberCount)
    roles = group.roles.map { Roster_V1_GroupRole($0) }
    createTime = .init(group.createdAt)
    updateTime = .init(group.updatedAt)
    etag = Etag(version: group.version).text
  }
}

extension Roster_V1_GroupRole {
  init(_ role: GroupRole) {
    self.init()
    roleID = role.id.text
    name = role.name.text
  }
}

extension Roster_V1_GroupManagement {
  init(_ management: GroupManagement) {
    self =
      switch management {
      case .local: .local
      case .directory: .directory
      }
  }
}

extension Roster_V1_MembershipSource {
  init(_ source: MembershipSource) {
    self =
      switch source {
      case .manual: .manual
      case .invitation: .invitation
      case .import: .import
      case .signIn: .signIn
      case .directory: .directory
      }
  }
}

extension Roster_V1_MembershipOutcome {
  init(_ outcome: MembershipChange.Outcome) {
    self =
      switch outcome {
      case .unchanged: .unchanged
      case .added: .added
      case .expiryChanged: .expiryChanged
      case .removed: .removed
      case .kept: .kept
      }
  }
}

extension Roster_V1_GroupDeletionLoss {
  init(_ loss: GroupLoss) {
    self.init()
    userID = loss.user.text
    displayName = loss.displayName.text
    email = loss.email.text
    roleIds = loss.roles.map(\.text)
    permissions = loss.rights.sorted.map { right in
      .with {
        $0.permission = right.permission.text
        $0.scope = right.scope.rawValue
      }
    }
  }
}
