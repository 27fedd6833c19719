/// How far a permission reaches, from the narrowest. The raw value is stored and published.
package enum PermissionScope: String, Sendable, CaseIterable, Comparable {
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

  package static func < (a: PermissionScope, b: PermissionScope) -> Bool {
    a.breadth < b.breadth
  }

  private var breadth: Int {
    switch self {
    case .holder: 0
    case .own: 1
    case .group: 2
    case .company: 3
    case .all: 4
    }
  }
}
