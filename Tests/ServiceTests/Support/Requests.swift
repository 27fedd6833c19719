import API
import SwiftProtobuf

// Requests with everything that must be there, for tests to change one thing of.

extension Roster_V1_GetUserRequest {
  static func user(_ user: Roster_V1_User) -> Roster_V1_GetUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
    }
  }
}

extension Roster_V1_UpdateUserRequest {
  /// Writes `fields`; without paths the mask is omitted.
  static func user(
    _ user: Roster_V1_User, _ fields: Roster_V1_UserFields, mask paths: [String]? = nil
  ) -> Roster_V1_UpdateUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.user = fields
      if let paths { $0.updateMask.paths = paths }
    }
  }
}

extension Roster_V1_LockUserRequest {
  static func user(_ user: Roster_V1_User, reason: String = "") -> Roster_V1_LockUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.reason = reason
    }
  }
}

extension Roster_V1_UnlockUserRequest {
  static func user(_ user: Roster_V1_User) -> Roster_V1_UnlockUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
    }
  }
}
