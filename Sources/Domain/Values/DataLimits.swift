/// The limits of the data; each has a reason code of its own on the wire.
package enum DataLimits {
  /// Unicode code points of a name, counted on its NFC text.
  package static let nameCodePointsMax = 200
  /// Octets of an e-mail address (RFC 5321 §4.5.3.1.3, less the angle brackets).
  package static let emailBytesMax = 254
  /// Octets of an e-mail address before the `@` (RFC 5321 §4.5.3.1.1).
  package static let emailLocalPartBytesMax = 64
  package static let groupsPerUserMax = 1_000
  package static let membersPerGroupMax = 1_000_000
  package static let rolesPerOrganizationMax = 500
  package static let grantsPerUserMax = 200
  package static let attributeKeysMax = 64
  /// Octets of a user's attributes as compact JSON text.
  package static let attributesBytesMax = 16 * 1_024
  /// Octets of one attribute key.
  package static let attributeKeyBytesMax = 64
  package static let sessionsPerUserMax = 100
  package static let apiKeysPerUserMax = 20
  package static let policiesPerOrganizationMax = 1_000
  /// Unicode code points of the personal message in an invitation.
  package static let invitationMessageCodePointsMax = 2_000
  /// Characters of a list filter.
  package static let filterLengthMax = 2_048
  /// Parentheses around a comparison of a list filter.
  package static let filterDepthMax = 10
  /// Comparisons of a list filter.
  package static let filterComparisonsMax = 16
  /// Texts of statements of filtered lists that a process keeps for as long as it lives; beyond
  /// them a list runs by a text that serves every filter.
  package static let listShapesMax = 512
  /// Characters that a search needs, in a row and letters or digits.
  package static let searchRunMin = 3
  /// Unicode code points of a search.
  package static let searchCodePointsMax = 200
  /// Items of one batch call.
  package static let batchMax = 1_000
  /// Unicode code points of the reason given for a lock.
  package static let reasonCodePointsMax = 500
  /// Unicode code points of the description of a group or a role.
  package static let descriptionCodePointsMax = 2_000
  /// Octets of the id another system gave a user.
  package static let externalIDBytesMax = 255
  /// Octets of an avatar's address.
  package static let avatarURLBytesMax = 2_048
  /// Octets of a BCP 47 language tag.
  package static let localeBytesMax = 35
  /// Method patterns of one service token.
  package static let tokenMethodsMax = 256
  /// Organizations one service token may be bound to.
  package static let tokenOrganizationsMax = 1_000
}
