/// What a user or a group may be given: a name for a set of rights.
package struct Role: Hashable, Sendable {
  package let id: RoleID
  package let organization: OrganizationID
  /// What files and other systems call it; never changed.
  package let key: RoleKey
  /// Other spellings of the key.
  package let aliases: [RoleKey]
  package let kind: Kind
  package private(set) var content: Content
  /// Grows by one with every change; 1 at creation.
  package private(set) var version: Int64
  package let createdAt: Timestamp
  package private(set) var updatedAt: Timestamp

  package enum Kind: String, Sendable, CaseIterable {
    /// From a role template: its key and kind stay, the rest may be changed.
    case predefined
    case custom
  }

  /// What may be changed.
  package struct Content: Hashable, Sendable {
    package var name: Name
    package var description: Description
    /// 0…1,000: holders manage only holders of lower ranks.
    package var rank: Int
    package var rights: Rights

    package init(name: Name, description: Description, rank: Int, rights: Rights) {
      self.name = name
      self.description = description
      self.rank = rank
      self.rights = rights
    }
  }

  package enum Refusal: Error, Hashable {
    case nameMissing
    /// Outside 0…1,000.
    case rankOutOfRange
  }

  package static let rankRange = 0...1_000

  /// A custom role as it is made.
  package init(
    id: RoleID, organization: OrganizationID, key: RoleKey, content: Content,
    at instant: Timestamp
  ) throws(Refusal) {
    try Self.check(content)
    self.init(
      Origin(
        id: id, organization: organization, key: key, aliases: [], kind: .custom,
        createdAt: instant),
      content: content, version: 1, updatedAt: instant)
  }

  /// A role as it is stored.
  package init(_ origin: Origin, content: Content, version: Int64, updatedAt: Timestamp) {
    id = origin.id
    organization = origin.organization
    key = origin.key
    aliases = origin.aliases
    kind = origin.kind
    createdAt = origin.createdAt
    self.content = content
    self.version = version
    self.updatedAt = updatedAt
  }

  /// What never changes about a role.
  package struct Origin: Sendable {
    package let id: RoleID
    package let organization: OrganizationID
    package let key: RoleKey
    package let aliases: [RoleKey]
    package let kind: Kind
    package let createdAt: Timestamp

    package init(
      id: RoleID, organization: OrganizationID, key: RoleKey, aliases: [RoleKey], kind: Kind,
      createdAt: Timestamp
    ) {
      self.id = id
      self.organization = organization
      self.key = key
      self.aliases = aliases
      self.kind = kind
      self.createdAt = createdAt
    }
  }

  /// Takes the new content.
  /// - Returns: whether anything changed.
  package mutating func update(
    _ content: Content, at instant: Timestamp
  ) throws(Refusal) -> Bool {
    try Self.check(content)
    guard content != self.content else { return false }
    self.content = content
    version += 1
    updatedAt = instant
    return true
  }

  private static func check(_ content: Content) throws(Refusal) {
    guard !content.name.isBlank else { throw .nameMissing }
    guard rankRange.contains(content.rank) else { throw .rankOutOfRange }
  }
}
