/// Where a user stands: invited → active ⇄ inactive → deleted. A lock is a flag beside it.
package enum UserState: String, Sendable, CaseIterable {
  case invited, active, inactive, deleted
}

/// What an account stands for; a service account signs in with keys only.
package enum UserKind: String, Sendable, CaseIterable {
  case human, service
}

/// How a user came into the organization.
package enum UserSource: String, Sendable, CaseIterable {
  case manual, invitation, `import`, directory
  case signIn = "sign_in"
}
