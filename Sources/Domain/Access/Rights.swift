/// Permissions with the scopes they are held in: of one role, or of everything that a user or a
/// group holds together.
package struct Rights: Hashable, Sendable {
  package private(set) var scopes: [PermissionName: Set<PermissionScope>] = [:]

  package init() {}

  package init(_ rights: some Sequence<Right>) {
    for right in rights { insert(right) }
  }

  package mutating func insert(_ right: Right) {
    scopes[right.permission, default: []].insert(right.scope)
  }

  package mutating func formUnion(_ other: Rights) {
    scopes.merge(other.scopes) { $0.union($1) }
  }

  package var isEmpty: Bool { scopes.isEmpty }

  /// Every right, by permission and then by scope.
  package var sorted: [Right] {
    scopes.keys.sorted().flatMap { permission in
      PermissionScope.allCases.filter { scopes[permission, default: []].contains($0) }
        .map { Right(permission, $0) }
    }
  }

  package func holds(_ right: Right) -> Bool {
    scopes[right.permission, default: []].contains { $0.covers(right.scope) }
  }

  /// Whether these hold everything of the others: nobody gives more than they hold.
  package func cover(_ other: Rights) -> Bool {
    other.scopes.allSatisfy { permission, wanted in
      wanted.allSatisfy { holds(Right(permission, $0)) }
    }
  }

  /// What these hold and the others do not.
  package func subtracting(_ other: Rights) -> Rights {
    Rights(sorted.filter { !other.holds($0) })
  }
}

/// One permission in one scope.
package struct Right: Hashable, Sendable {
  package let permission: PermissionName
  package let scope: PermissionScope

  package init(_ permission: PermissionName, _ scope: PermissionScope) {
    self.permission = permission
    self.scope = scope
  }

  /// `permission:scope`, as statements answer it.
  package init?(stored text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let scope = PermissionScope(rawValue: String(parts[1])) else {
      return nil
    }
    permission = PermissionName(stored: String(parts[0]))
    self.scope = scope
  }

  package var text: String { "\(permission.text):\(scope.rawValue)" }
}
