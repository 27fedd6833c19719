/// What a key in the access feed names; the raw values are stored, and the triggers write them.
package enum AccessFeedKind: Int16, Sendable, CaseIterable {
  case organization = 1
  /// With its memberships and own grants.
  case user = 2
  /// With its grants.
  case group = 3
  case role = 4
  case policy = 5
  case session = 6
  case apiKey = 7
  case company = 8
  /// Of the installation: its organization is the nil UUID.
  case catalogue = 9
}
