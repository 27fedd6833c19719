/// In whose name a statement runs: the row-level security context and the database role.
package enum Scope: Hashable, Sendable {
  /// Rows of one organization, as the role the connection logged in with.
  case organization(high: UInt64, low: UInt64)
  /// Every organization, as `roster_system`; only for statements in `Store/System`. On a pool whose
  /// login role is `roster_system` itself the role is not changed.
  case system
  /// Contains-searches of one organization, as the SELECT-only role `roster_search`.
  case search(high: UInt64, low: UInt64)
  /// No organization and the login role: statements that touch no table under row-level security.
  case none
}
