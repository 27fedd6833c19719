import RPC

extension ConfigurationKey {
  /// What clients' certificates stand for.
  static let identities: ConfigurationKey = {
    let key = ConfigurationKey(
      name: "tls.identities", summary: "What clients' certificates stand for, by their URI.",
      expected: """
        a list, in the file of settings, of objects of uri, name, methods, organizations and \
        act_for_users
        """,
      isSecret: false, standard: ""
    ) {
      let objects: [[String: ConfigurationValue]]
      switch $1 {
      case .objects(let found): objects = found
      case .list(let parts) where parts.isEmpty: objects = []
      default: return false
      }
      let identities = objects.compactMap(IdentitySettings.init)
      guard identities.count == objects.count else { return false }
      $0.tlsSettings.identities = identities
      return true
    }
    return key.hot
  }()

  /// `scheme://host` or `scheme://host:port` as browsers send it (RFC 6454 §6.2), without a path.
  static func isOrigin(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z][a-z0-9+.\-]*:\/\/[a-z0-9.\-_\[\]:]+/) != nil
  }
}

extension IdentitySettings {
  /// Nil when a member is missing, of another kind, or unknown.
  fileprivate init?(_ members: [String: ConfigurationValue]) {
    guard let uri = members["uri"]?.text, let name = members["name"]?.text,
      let methods = members["methods"]?.list, let organizations = members["organizations"]?.list
    else { return nil }
    let flag = members["act_for_users"]
    guard let actsForUsers = flag == nil ? false : flag?.flag,
      members.count == (flag == nil ? 4 : 5)
    else { return nil }
    self.init(
      uri: uri, name: name, methods: methods, organizations: organizations,
      actsForUsers: actsForUsers)
  }
}
