/// What an organization decides for itself, where the products that Roster serves disagree.
package struct OrganizationSettings: Hashable, Sendable {
  package var timeZone = TimeZoneName.utc
  /// The language of mails to users who have none of their own; unset: `en`.
  package var locale = LanguageTag.unset
  package var roleTemplate = RoleTemplate.userManagerAdmin
  package var roleMode = RoleMode.both
  /// The ways in which users may be created; empty: all.
  package var userCreation: [UserCreation] = []
  /// What every user must have beside the address.
  package var requiredFields: [RequiredField] = []
  /// An initial password stays valid after the first sign-in.
  package var keepInitialPassword = false
  package var companyMode = CompanyMode.none
  /// A new e-mail address holds at once.
  package var emailChangeUnconfirmed = false
  package var deactivation = Deactivation()
  package var deletion = Deletion()
  package var failures = Failures()
  package var groupSyncMode = GroupSyncMode.refuse
  /// Rows of one import: 1…1,000.
  package var importRowsMax = 1_000
  package var backendEventsOff = false

  package init() {}

  /// The predefined roles that an organization starts with.
  package enum RoleTemplate: String, Sendable, CaseIterable {
    case userManagerAdmin = "user_manager_admin"
    case readonlyTrainConfigureAdmin = "readonly_train_configure_admin"
    case adminReadOnly = "admin_read_only"
    case none
  }

  /// What carries roles; a user's rights are always the union of all.
  package enum RoleMode: String, Sendable, CaseIterable {
    case both, single, groups
  }

  package enum UserCreation: String, Sendable, CaseIterable {
    case invitation, direct, directory
  }

  /// Raw values are paths of the wire's user fields, and `initial_password`.
  package enum RequiredField: String, Sendable, CaseIterable {
    case givenName = "given_name"
    case familyName = "family_name"
    case displayName = "display_name"
    case externalID = "external_id"
    case company = "company_id"
    case initialPassword = "initial_password"
  }

  package enum CompanyMode: String, Sendable, CaseIterable {
    case none, optional, required
  }

  /// What happens to local changes of a group that a directory manages.
  package enum GroupSyncMode: String, Sendable, CaseIterable {
    case refuse, keep, overwrite
  }

  package struct Deactivation: Hashable, Sendable {
    package var keepAPIKeys = false
    package var keepGroups = false
    package var restoreGroups = RestoreGroups.automatic

    package init() {}
  }

  /// What becomes of suspended memberships at reactivation.
  package enum RestoreGroups: String, Sendable, CaseIterable {
    case automatic, choose, none
  }

  package struct Deletion: Hashable, Sendable {
    /// The ways of deleting that are allowed; empty: all.
    package var modes: [DeletionMode] = []
    package var requiresInactive = false
    /// 0…3,650.
    package var minInactiveDays = 0
    /// Refuse before ``minInactiveDays``; else warn.
    package var refuseBeforeMinInactiveDays = false
    package var confirmation = DeletionConfirmation.stepUp
    /// Days for which a soft-deleted user can come back: 1…3,650.
    package var retentionDays = 30

    package init() {}
  }

  package enum DeletionMode: String, Sendable, CaseIterable {
    case soft, permanent, hard
  }

  package enum DeletionConfirmation: String, Sendable, CaseIterable {
    case stepUp = "step_up"
    case typeEmail = "type_email"
    case none
  }

  /// Failed sign-ins after which something happens: 1…100.
  package struct Failures: Hashable, Sendable {
    package var alertAfter = 5
    package var lockAfter = 5

    package init() {}
  }
}
