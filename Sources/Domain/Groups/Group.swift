/// Users of one organization who belong together; its roles are every member's.
package struct Group: Hashable, Sendable {
  package let id: GroupID
  package let organization: OrganizationID
  package let management: GroupManagement
  package internal(set) var fields: GroupFields
  /// Distinct users with a membership that is not suspended.
  package let memberCount: Int
  /// What its members have by it now, by name.
  package let roles: [GroupRole]
  /// Grows by one with every change of ``fields``; 1 at creation.
  package internal(set) var version: Int64
  package let createdAt: Timestamp
  package internal(set) var updatedAt: Timestamp

  package enum Refusal: Error, Hashable {
    /// A name is required, and white space is none.
    case nameBlank
    /// The directory's name stands, for the organization refuses changes made here.
    case externallyManaged
  }

  /// A group as CreateGroup makes it: local, without members and roles.
  package init(
    id: GroupID, organization: OrganizationID, _ fields: GroupFields, at instant: Timestamp
  ) throws(Refusal) {
    guard !fields.name.isBlank else { throw .nameBlank }
    self.init(
      origin: Origin(
        id: id, organization: organization, management: .local, createdAt: instant),
      standing: Standing(memberCount: 0, roles: [], version: 1, updatedAt: instant),
      fields: fields)
  }

  /// A group as it is stored, `origin` and `standing` being what callers can't write.
  package init(origin: Origin, standing: Standing, fields: GroupFields) {
    id = origin.id
    organization = origin.organization
    management = origin.management
    createdAt = origin.createdAt
    memberCount = standing.memberCount
    roles = standing.roles
    version = standing.version
    updatedAt = standing.updatedAt
    self.fields = fields
  }

  /// Takes the values of `fields` from `new`.
  /// - Returns: the fields whose values changed; none: nothing changed.
  package mutating func update(
    _ new: GroupFields, fields: Set<GroupField>, mode: OrganizationSettings.GroupSyncMode,
    at instant: Timestamp
  ) throws(Refusal) -> Set<GroupField> {
    var changed: Set<GroupField> = []
    if fields.contains(.name), new.name != self.fields.name {
      guard !new.name.isBlank else { throw .nameBlank }
      guard management == .local || mode != .refuse else { throw .externallyManaged }
      changed.insert(.name)
    }
    if fields.contains(.description), new.description != self.fields.description {
      changed.insert(.description)
    }
    guard !changed.isEmpty else { return [] }
    if changed.contains(.name) { self.fields.name = new.name }
    if changed.contains(.description) { self.fields.description = new.description }
    version += 1
    updatedAt = instant
    return changed
  }

  /// Whether it may be deleted here, by whoever may delete groups.
  package func checkDeletion(mode: OrganizationSettings.GroupSyncMode) throws(Refusal) {
    guard management == .local || mode != .refuse else { throw .externallyManaged }
  }

  /// Whether the next sync may undo what is changed here.
  package func isOverwritten(in mode: OrganizationSettings.GroupSyncMode) -> Bool {
    management != .local && mode == .overwrite
  }
}

/// Who decides about a group.
package enum GroupManagement: Hashable, Sendable {
  case local
  /// A directory, in which the group may have an id of its own.
  case directory(DirectoryID, externalID: ExternalID?)
}

/// What callers write about a group.
package struct GroupFields: Hashable, Sendable {
  package var name: Name
  package var description: Description

  package init(name: Name, description: Description) {
    self.name = name
    self.description = description
  }
}

/// Raw values are the paths of the wire's fields.
package enum GroupField: String, Sendable, CaseIterable {
  case name, description
}

/// A role that a group's members have by it.
package struct GroupRole: Hashable, Sendable {
  package let id: RoleID
  package let name: Name

  package init(id: RoleID, name: Name) {
    self.id = id
    self.name = name
  }
}

extension Group {
  /// What never changes about a group.
  package struct Origin: Sendable {
    package let id: GroupID
    package let organization: OrganizationID
    package let management: GroupManagement
    package let createdAt: Timestamp

    package init(
      id: GroupID, organization: OrganizationID, management: GroupManagement, createdAt: Timestamp
    ) {
      self.id = id
      self.organization = organization
      self.management = management
      self.createdAt = createdAt
    }
  }

  /// What only Roster changes about a group.
  package struct Standing: Sendable {
    package let memberCount: Int
    package let roles: [GroupRole]
    package let version: Int64
    package let updatedAt: Timestamp

    package init(memberCount: Int, roles: [GroupRole], version: Int64, updatedAt: Timestamp) {
      self.memberCount = memberCount
      self.roles = roles
      self.version = version
      self.updatedAt = updatedAt
    }
  }
}
