import API
import Domain
import SwiftProtobuf

extension Roster_V1_User {
  init(_ user: User) {
    self.init()
    organizationID = user.organization.text
    userID = user.id.text
    email = user.profile.email.text
    if let instant = user.emailVerifiedAt { emailVerifyTime = .init(instant) }
    if !user.profile.givenName.text.isEmpty { givenName = user.profile.givenName.text }
    if !user.profile.familyName.text.isEmpty { familyName = user.profile.familyName.text }
    displayName = user.profile.shownName
    kind = .init(user.kind)
    state = .init(user.state)
    if let lock = user.lock { self.lock = .init(lock) }
    if user.state == .inactive, let deactivation = user.deactivation {
      self.deactivation = .init(deactivation)
    }
    if let company = user.profile.company { companyID = company.text }
    if let email = user.pendingEmail { pendingEmail = email.text }
    if let id = user.profile.externalID { externalID = id.text }
    if !user.profile.locale.text.isEmpty { locale = user.profile.locale.text }
    if !user.profile.avatarURL.text.isEmpty { avatarURL = user.profile.avatarURL.text }
    if !user.profile.attributes.values.isEmpty { attributes = user.profile.attributes.values }
    source = .init(user.source)
    createTime = .init(user.createdAt)
    updateTime = .init(user.updatedAt)
    etag = Etag(version: user.version).text
  }
}

extension Roster_V1_UserLock {
  fileprivate init(_ lock: UserLock) {
    self.init()
    lockTime = .init(lock.at)
    reason = lock.reason.text
    if let until = lock.until { expireTime = .init(until) }
  }
}

extension Roster_V1_UserDeactivation {
  fileprivate init(_ deactivation: UserDeactivation) {
    self.init()
    deactivateTime = .init(deactivation.at)
    reason = deactivation.reason.text
    if let until = deactivation.until { expireTime = .init(until) }
  }
}

extension Roster_V1_UserKind {
  fileprivate init(_ kind: UserKind) {
    self =
      switch kind {
      case .human: .human
      case .service: .service
      }
  }
}

extension UserKind {
  /// Unspecified: human.
  init(_ kind: Roster_V1_UserKind, field: String) throws(ServiceFailure) {
    switch kind {
    case .unspecified, .human: self = .human
    case .service: self = .service
    case .UNRECOGNIZED:
      throw .fault(.invalid(field: field, because: "must be one of UserKind"))
    }
  }
}

extension Roster_V1_UserState {
  fileprivate init(_ state: UserState) {
    self =
      switch state {
      case .invited: .invited
      case .active: .active
      case .inactive: .inactive
      case .deleted: .deleted
      }
  }
}

extension Roster_V1_UserSource {
  fileprivate init(_ source: UserSource) {
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

extension Google_Protobuf_Timestamp {
  init(_ instant: Timestamp) {
    self.init(seconds: instant.seconds, nanos: instant.nanoseconds)
  }
}
