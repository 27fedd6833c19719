/// How far a permission reaches. The raw value is stored and published.
package enum PermissionScope: String, Sendable, CaseIterable {
  /// Its holder.
  case holder = "self"
  /// What its holder owns.
  case own
  /// The groups that its holder belongs to: their members and what they own.
  case group
  /// Its holder's company.
  case company
  /// The whole organization.
  case all

  /// Whether whoever holds a permission in this scope may give it in the other: a group and a
  /// company can't be compared.
  package func covers(_ other: PermissionScope) -> Bool {
    switch (self, other) {
    case (.all, _): true
    case (.company, .company), (.company, .own), (.company, .holder): true
    case (.group, .group), (.group, .own), (.group, .holder): true
    case (.own, .own), (.own, .holder): true
    case (.holder, .holder): true
    default: false
    }
  }
}
