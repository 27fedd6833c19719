import API
import Domain
import SwiftProtobuf

extension Roster_V1_GroupMember {
  init(_ member: GroupMember) {
    self.init()
    userID = member.user.text
    displayName = member.displayName.text
    email = member.email.text
    avatarURL = member.avatarURL.text
    joinTime = .init(member.membership.joinedAt)
    sources = member.membership.sources.map { .init($0) }
    if let instant = member.membership.expiresAt { expireTime = .init(instant) }
    suspended = member.membership.isSuspended
  }
}

extension Roster_V1_UserGroup {
  init(_ group: GroupOfUser) {
    self.init()
    groupID = group.group.text
    name = group.name.text
    description_p = group.description.text
    managedBy = group.isLocal ? .local : .directory
    joinTime = .init(group.membership.joinedAt)
    sources = group.membership.sources.map { .init($0) }
    if let instant = group.membership.expiresAt { expireTime = .init(instant) }
    suspended = group.membership.isSuspended
  }
}

extension Roster_V1_MemberCandidate {
  init(_ user: User) {
    self.init()
    userID = user.id.text
    displayName = user.profile.shownName
    email = user.profile.email.text
    avatarURL = user.profile.avatarURL.text
  }
}
