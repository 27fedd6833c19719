/// What a database role may do; the second wall stands only while the request path's may do little.
package struct RoleFacts: Hashable, Sendable {
  package let name: String
  package let isSuperuser: Bool
  package let bypassesRowSecurity: Bool
  /// Is, or may become, the owner of a table of Roster.
  package let ownsTables: Bool
  /// Others of Roster's roles whose rights it holds without SET ROLE.
  package let inherited: [String]
  /// Superusers and roles with BYPASSRLS that it may become.
  package let unbounded: [String]

  package enum Refusal: Error, Hashable, CustomStringConvertible {
    case superuser(String)
    case bypassesRowSecurity(String)
    case ownsTables(String)
    case inherits(String, from: [String])
    case mayBecome(String, [String])

    /// Names the remedy.
    package var description: String {
      switch self {
      case .superuser(let role):
        "role \(role) is a superuser, whom row-level security doesn't bind: "
          + "connect as roster_service or roster_system (docker/roles.sql)"
      case .bypassesRowSecurity(let role):
        "role \(role) has BYPASSRLS: ALTER ROLE \(role) NOBYPASSRLS"
      case .ownsTables(let role):
        "role \(role) owns Roster's tables or may become their owner: "
          + "connect as roster_service or roster_system; roster_owner is for migrations only"
      case .inherits(let role, let others):
        "role \(role) inherits \(others.joined(separator: ", ")), which voids its row-level "
          + "security: ALTER ROLE \(role) NOINHERIT"
      case .mayBecome(let role, let others):
        "role \(role) may become \(others.joined(separator: ", ")): revoke the membership"
      }
    }
  }

  /// Why a server must not start on this role; nil: it may.
  package var refusal: Refusal? {
    if isSuperuser { return .superuser(name) }
    if bypassesRowSecurity { return .bypassesRowSecurity(name) }
    if ownsTables { return .ownsTables(name) }
    if !inherited.isEmpty { return .inherits(name, from: inherited) }
    if !unbounded.isEmpty { return .mayBecome(name, unbounded) }
    return nil
  }
}
