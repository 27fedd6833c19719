import API
import Domain
import Postgres
import Store

extension UserService {
  /// What a unique index says of a user's fields, named as callers know it.
  func taken(
    _ failure: ServiceFailure, _ user: Roster_V1_UserFields, for caller: Caller
  ) async -> ServiceFailure {
    if failure.isCompanyReference, let id = CompanyID(canonical: user.companyID) {
      return .missing(.company(id))
    }
    guard case .database(.uniqueViolation(let constraint)) = failure else { return failure }
    switch constraint {
    case "emails_address": return await emailTaken(user, for: caller)
    case "users_external_id": return .taken(.externalID(user.externalID))
    default: return failure
    }
  }

  /// The other user is named to those who may look it up anyway.
  private func emailTaken(
    _ user: Roster_V1_UserFields, for caller: Caller
  ) async -> ServiceFailure {
    do throws(ServiceFailure) {
      let email = try readEmail(user.email, field: "user.email")
      guard caller.mayLookUpEmails else { return caller.taken(email, by: nil) }
      let found = try await caller.read(
        FindUserByEmail(organization: caller.organization, email: email))
      return caller.taken(email, by: found.first?.id)
    } catch {
      return .taken(.email(user.email, by: nil))
    }
  }
}

extension Caller {
  fileprivate var mayLookUpEmails: Bool {
    token.permits(UserServiceMethods.getUserByEmail.fullName) && authorization.mayReadEverybody
  }

  /// The address is another user's, who is named to those who may look it up anyway.
  func taken(_ email: EmailAddress, by user: UserID?) -> ServiceFailure {
    .taken(.email(email.text, by: mayLookUpEmails ? user : nil))
  }
}

extension OrganizationSettings {
  /// Refuses a profile that lacks what the organization requires, and a company where it has none.
  /// - Parameter written: nil: all. What an update doesn't write, it doesn't take away.
  func require(
    _ profile: UserProfile, hasInitialPassword: Bool?, written: Set<UserField>? = nil
  ) throws(ServiceFailure) {
    if profile.company != nil { try requireCompanies() }
    let missing = missingField(
      of: profile, hasInitialPassword: hasInitialPassword, written: written)
    guard let missing else { return }
    let path = missing == .initialPassword ? missing.rawValue : "user.\(missing.rawValue)"
    throw .fault(.requiredByOrganization(field: path))
  }
}
