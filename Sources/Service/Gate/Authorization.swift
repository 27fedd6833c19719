import API
package import Domain
import Postgres

/// What the gate found a caller allowed to do by its method's permission, and how far. Only the
/// gate makes one that allows anything, and only with one is there a ``Caller/scope``.
package struct Authorization: Sendable {
  package let permission: PermissionName
  /// The person that is acted for; nil: the backend acts for itself, with all that its token lists.
  package let subject: Subject?
  package let reach: Reach
  private let isGranted: Bool

  /// Nothing yet: it reaches nobody.
  static func none(_ method: MethodDescriptor) -> Authorization {
    Authorization(
      permission: permission(of: method), subject: nil,
      reach: .some(user: UserID(.nil), groups: [], companies: []), isGranted: false)
  }

  /// A backend for itself: its token names the method, and the organization.
  static func backend(_ method: MethodDescriptor) -> Authorization {
    Authorization(permission: permission(of: method), subject: nil, reach: .all, isGranted: true)
  }

  /// A person: some role must hold the method's permission, in the scope `all` unless the method
  /// looks at the reach itself.
  static func person(
    _ subject: Subject, _ method: MethodDescriptor
  ) throws(ServiceFailure) -> Authorization {
    let permission = permission(of: method)
    let isScoped = method.rule?.traits.contains(.scoped) ?? false
    guard subject.isAble, let reach = subject.reach(of: permission), isScoped || reach == .all
    else {
      throw .refused(.permissionMissing(permission.text))
    }
    return Authorization(
      permission: permission, subject: subject, reach: reach, isGranted: true)
  }

  /// Row-level security for the organization. Every call of Store asks for a scope, so this is the
  /// proof that it demands: without an authorization there is no organization, and no row.
  func scope(in organization: OrganizationID) -> Scope {
    isGranted
      ? .organization(high: organization.uuid.high, low: organization.uuid.low) : .none
  }

  /// Whether every user's existence is known to the caller anyway.
  var mayReadEverybody: Bool {
    subject.map { $0.reach(of: PermissionName(stored: "users.read")) == .all } ?? true
  }

  private static func permission(of method: MethodDescriptor) -> PermissionName {
    PermissionName(stored: method.rule?.permission ?? "")
  }

  private init(
    permission: PermissionName, subject: Subject?, reach: Reach, isGranted: Bool
  ) {
    self.permission = permission
    self.subject = subject
    self.reach = reach
    self.isGranted = isGranted
  }
}
