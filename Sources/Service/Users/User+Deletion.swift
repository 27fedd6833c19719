import API
import Domain
import Postgres
import Store

extension Mutation {
  /// Deletes users in one way.
  mutating func delete(
    _ users: [User], _ mode: OrganizationSettings.DeletionMode
  ) throws(ServiceFailure) {
    switch mode {
    case .soft:
      let days = try requireOrganization().settings.deletion.retentionDays
      let purgeAt = now.advanced(by: .seconds(days * 24 * 60 * 60))
      var hidden: [User] = []
      for var user in users {
        try user.refusing { (user) throws(User.Refusal) in
          try user.softDelete(at: now, purgeAt: purgeAt)
        }
        hidden.append(user)
      }
      try endAccess(of: hidden, by: .deletion)
    case .permanent:
      try endAccess(of: users, by: .removal)
    case .hard:
      try endAccess(of: users, by: .removal)
      for user in users { changes.erase(user.id, in: user.organization) }
    }
  }
}

extension OrganizationSettings.Deletion {
  /// As `check(_:of:at:)`, its refusal as callers see it.
  func checked(
    _ mode: OrganizationSettings.DeletionMode, of user: User, at instant: Timestamp
  ) throws(ServiceFailure) -> [DeletionWarning] {
    do throws(DeletionRefusal) {
      return try check(mode, of: user, at: instant)
    } catch {
      switch error {
      case .modeNotAllowed(let mode): throw .life(.deletionModeNotAllowed(mode))
      case .notInactive: throw .life(.userNotInactive)
      case .inactiveTooShort(let days): throw .life(.inactiveTooShort(days: days))
      }
    }
  }

  /// Signing in again can't be proven to this version by anybody, so it is always refused.
  func requireConfirmation(_ typed: String, of user: User) throws(ServiceFailure) {
    if confirmation == .stepUp { throw .life(.stepUpRequired) }
    if typed.isEmpty {
      guard confirmation == .none else { throw .fault(.required(field: "confirm_email")) }
      return
    }
    let mismatch = ServiceFailure.life(.confirmationMismatch(field: "confirm_email"))
    do throws(ServiceFailure) {
      guard try readEmail(typed, field: "confirm_email") == user.profile.email else {
        throw mismatch
      }
    } catch {
      throw mismatch
    }
  }

  /// As ``requireConfirmation(_:of:)``, of `count` users at once.
  /// - Parameter typed: 0: nothing was.
  func requireConfirmation(_ typed: Int, ofCount count: Int) throws(ServiceFailure) {
    if confirmation == .stepUp { throw .life(.stepUpRequired) }
    if typed == 0, confirmation == .typeEmail {
      throw .fault(.required(field: "confirm_count"))
    }
    guard typed == 0 || typed == count else {
      throw .life(.confirmationMismatch(field: "confirm_count"))
    }
  }
}

extension OrganizationSettings.DeletionMode {
  /// Nil: unspecified.
  init?(asked mode: Roster_V1_DeletionMode, field: String) throws(ServiceFailure) {
    switch mode {
    case .unspecified: return nil
    case .soft: self = .soft
    case .permanent: self = .permanent
    case .hard: self = .hard
    case .UNRECOGNIZED:
      throw .fault(.invalid(field: field, because: "must be one of DeletionMode"))
    }
  }
}

extension Roster_V1_DeletionWarning {
  init(_ warning: DeletionWarning) {
    self =
      switch warning {
      case .inactiveTooShort: .inactiveTooShort
      }
  }
}
