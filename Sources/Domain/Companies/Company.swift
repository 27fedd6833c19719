/// A part of an organization. A user belongs to one at most.
package struct Company: Hashable, Sendable {
  package let id: CompanyID
  package let organization: OrganizationID
  package private(set) var name: Name
  /// Grows by one with every change; 1 at creation.
  package private(set) var version: Int64
  package let createdAt: Timestamp
  package private(set) var updatedAt: Timestamp

  /// A company as CreateCompany makes it.
  package init(
    id: CompanyID, organization: OrganizationID, name: Name, at instant: Timestamp
  ) {
    self.id = id
    self.organization = organization
    self.name = name
    version = 1
    createdAt = instant
    updatedAt = instant
  }

  /// A company as it is stored.
  package init(_ created: Company, version: Int64, updatedAt: Timestamp) {
    self = created
    self.version = version
    self.updatedAt = updatedAt
  }

  /// - Returns: whether it had another name.
  package mutating func rename(_ name: Name, at instant: Timestamp) -> Bool {
    guard name != self.name else { return false }
    self.name = name
    version += 1
    updatedAt = instant
    return true
  }
}
