import API
package import Domain
import RPC

/// Why a group, or its members, can't be changed as asked.
package enum GroupRefusal: Hashable, Sendable {
  case externallyManaged(GroupID)
  case tooManyGroups(of: UserID)
  case tooManyMembers(of: GroupID)
}

extension GroupRefusal {
  var status: Status {
    switch self {
    case .externallyManaged(let group):
      .failedPrecondition(
        reason: ErrorReason.groupExternallyManaged.text,
        "an identity provider manages the group \(group.text) or the membership in it, and the "
          + "organization's group_sync_mode refuses changes made here",
        metadata: ["group_id": group.text])
    case .tooManyGroups(let user):
      .failedPrecondition(
        reason: ErrorReason.groupsPerUserExceeded.text,
        "the user \(user.text) would be in more than \(DataLimits.groupsPerUserMax) groups",
        metadata: ["user_id": user.text, "limit": "\(DataLimits.groupsPerUserMax)"])
    case .tooManyMembers(let group):
      .failedPrecondition(
        reason: ErrorReason.membersPerGroupExceeded.text,
        "the group \(group.text) would have more than \(DataLimits.membersPerGroupMax) members",
        metadata: ["group_id": group.text, "limit": "\(DataLimits.membersPerGroupMax)"])
    }
  }
}

extension ServiceFailure {
  init(_ refusal: Group.Refusal, of id: GroupID) {
    switch refusal {
    case .nameBlank: self = .fault(.required(field: "group.name"))
    case .externallyManaged: self = .group(.externallyManaged(id))
    }
  }

  init(_ refusal: MembershipRule.Refusal, of id: GroupID) {
    switch refusal {
    case .externallyManaged: self = .group(.externallyManaged(id))
    }
  }
}
