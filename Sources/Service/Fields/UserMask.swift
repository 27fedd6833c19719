import API
import Domain
import SwiftProtobuf

/// Which fields of a user an update writes (AIP-134). A mask without paths is an omitted one.
struct UserMask {
  let fields: Set<UserField>

  /// - Throws: FIELD_MASK_INVALID for a path that is no field, FIELD_NOT_WRITABLE for one that
  ///   only Roster writes.
  init(
    _ request: Roster_V1_UpdateUserRequest
  ) throws(ServiceFailure) {
    let paths = request.updateMask.paths
    guard !paths.isEmpty else {
      fields = Self.populated(request.user)
      return
    }
    if paths == ["*"] {
      fields = Set(UserField.allCases)
      return
    }
    var fields: Set<UserField> = []
    for path in paths {
      if let field = UserField(rawValue: path) {
        fields.insert(field)
      } else if Self.readOnly.contains(path) {
        throw .fault(.maskPathNotWritable(path))
      } else {
        throw .fault(.maskPathUnknown(path))
      }
    }
    self.fields = fields
  }

  /// Fields of User that are not of UserFields.
  private static let readOnly: Set<String> = [
    "organization_id", "user_id", "email_verify_time", "kind", "state", "lock", "source",
    "create_time", "update_time", "etag", "deactivation", "pending_email",
  ]

  private static func populated(_ user: Roster_V1_UserFields) -> Set<UserField> {
    Set(
      UserField.allCases.filter { field in
        switch field {
        case .email: !user.email.isEmpty
        case .givenName: !user.givenName.isEmpty
        case .familyName: !user.familyName.isEmpty
        case .displayName: !user.displayName.isEmpty
        case .externalID: !user.externalID.isEmpty
        case .locale: !user.locale.isEmpty
        case .avatarURL: !user.avatarURL.isEmpty
        case .attributes: !user.attributes.isEmpty
        case .company: !user.companyID.isEmpty
        }
      })
  }
}
