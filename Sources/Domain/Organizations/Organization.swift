/// A customer of the installation: everything else belongs to exactly one organization.
package struct Organization: Hashable, Sendable {
  package let id: OrganizationID
  package let slug: Slug
  package private(set) var name: Name
  package private(set) var state: State
  package private(set) var settings: OrganizationSettings
  /// Grows by one with every change; 1 at creation.
  package private(set) var version: Int64
  package let createdAt: Timestamp
  package private(set) var updatedAt: Timestamp

  package enum State: String, Sendable, CaseIterable {
    case active
    /// Nobody signs in and nothing changes; data can be read.
    case suspended
  }

  /// Why a change is refused.
  package enum Refusal: Error, Hashable {
    case suspended
    case settings(OrganizationSettings.Refusal)
    /// A path of the mask names nothing.
    case unknownPath(String)
  }

  /// An organization as CreateOrganization makes it; the settings must have passed their check.
  package init(
    id: OrganizationID, slug: Slug, name: Name, settings: OrganizationSettings,
    at instant: Timestamp
  ) {
    self.id = id
    self.slug = slug
    self.name = name
    self.settings = settings
    state = .active
    version = 1
    createdAt = instant
    updatedAt = instant
  }

  /// An organization as it is stored.
  package init(_ created: Organization, state: State, version: Int64, updatedAt: Timestamp) {
    id = created.id
    slug = created.slug
    name = created.name
    settings = created.settings
    createdAt = created.createdAt
    self.state = state
    self.version = version
    self.updatedAt = updatedAt
  }

  /// Refuses what only an active organization may do.
  package func requireActive() throws(Refusal) {
    guard state == .active else { throw .suspended }
  }

  /// - Returns: whether it had another name.
  package mutating func rename(_ name: Name, at instant: Timestamp) -> Bool {
    guard name != self.name else { return false }
    self.name = name
    touch(at: instant)
    return true
  }

  /// - Returns: whether it was in another state.
  package mutating func set(_ state: State, at instant: Timestamp) -> Bool {
    guard state != self.state else { return false }
    self.state = state
    touch(at: instant)
    return true
  }

  private mutating func touch(at instant: Timestamp) {
    version += 1
    updatedAt = instant
  }

  /// Takes the values at `paths` (``OrganizationSettings/paths``) from `settings`.
  /// - Returns: whether anything changed.
  package mutating func update(
    _ settings: OrganizationSettings, paths: [String], at instant: Timestamp
  ) throws(Refusal) -> Bool {
    try requireActive()
    var updated = self.settings
    for path in paths {
      guard updated.apply(settings, paths: [path]) else { throw .unknownPath(path) }
    }
    do { try updated.check() } catch { throw .settings(error) }
    guard updated != self.settings else { return false }
    self.settings = updated
    touch(at: instant)
    return true
  }
}
