/// What an operator's file does to the installation's catalogue.
package struct CatalogueChange: Hashable, Sendable {
  /// New ones, each with a position that none has had.
  package private(set) var added: [Permission] = []
  /// Those with another description or other scopes, or back after they were retired.
  package private(set) var changed: [Permission] = []
  /// Those that the file no longer has.
  package private(set) var retired: [Permission] = []

  package enum Refusal: Error, Hashable {
    /// It is Roster's own.
    case builtIn(PermissionName)
    /// More than ``Permission/countMax``, the built-in and the retired ones included.
    case tooMany
  }

  package var isEmpty: Bool { added.isEmpty && changed.isEmpty && retired.isEmpty }

  /// - Parameter catalogue: every permission, retired ones included.
  package init(from catalogue: [Permission], to file: PermissionFile) throws(Refusal) {
    let present = Dictionary(
      catalogue.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var taken = Set(catalogue.map(\.position))
    // From the highest down, for Roster's own are numbered from 0 up.
    var next = Permission.countMax - 1
    for entry in file.entries {
      guard let before = present[entry.name] else {
        while taken.contains(next) { next -= 1 }
        guard next >= 0 else { throw .tooMany }
        taken.insert(next)
        added.append(Permission(entry, at: next))
        continue
      }
      guard !before.isBuiltIn else { throw .builtIn(entry.name) }
      let after = Permission(entry, at: before.position)
      if after != before { changed.append(after) }
    }
    let named = Set(file.entries.map(\.name))
    retired = catalogue.filter { !$0.isBuiltIn && !$0.isRetired && !named.contains($0.name) }
  }
}

extension Permission {
  fileprivate init(_ entry: PermissionFile.Entry, at position: Int) {
    self.init(
      name: entry.name, position: position, description: entry.description, scopes: entry.scopes,
      isBuiltIn: false, isRetired: false)
  }
}
