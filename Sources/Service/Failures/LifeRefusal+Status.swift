import API
import Domain
import RPC

extension LifeRefusal {
  var status: Status {
    switch self {
    case .companyNotEmpty:
      refused(.companyNotEmpty, "the company still has users: move them first")
    case .companiesOff:
      refused(.companiesOff, "the organization's company_mode excludes companies")
    case .settingsNotMet(let field, let because):
      refused(.settingsNotMet, "\(field) \(because)", ["field": field])
    case .settingsContradictory(let field, let because):
      .invalidArgument(
        reason: ErrorReason.settingsContradictory.text, field: field, "\(field) \(because)",
        metadata: ["field": field])
    case .userInvited:
      refused(.userInvited, "the user has not accepted the invitation: cancel it instead")
    case .userNotInactive:
      refused(.userNotInactive, "the organization deletes only inactive users")
    case .inactiveTooShort(let days):
      refused(
        .inactiveTooShort, "the user must have been inactive for \(days) days",
        ["days": "\(days)"])
    case .deletionModeNotAllowed(let mode):
      refused(
        .deletionModeNotAllowed, "the organization's deletion.modes lack \(mode.rawValue)",
        ["mode": mode.rawValue])
    case .stepUpRequired:
      refused(
        .stepUpRequired,
        "the organization has deletions confirmed by signing in again: deletion.confirmation")
    case .confirmationMismatch(let field):
      .invalidArgument(
        reason: ErrorReason.confirmationMismatch.text, field: field,
        "\(field) is not what must be typed to confirm", metadata: ["field": field])
    case .emailNotOfUser(let email):
      refused(
        .emailNotOfUser, "\(email) is neither the user's address nor waits to become it",
        ["email": email])
    case .domainInvalid:
      .invalidArgument(
        reason: ErrorReason.domainInvalid.text, field: "domain",
        "domain is not the domain of an e-mail address", metadata: ["field": "domain"])
    case .challengeNotFound(let name):
      refused(
        .challengeNotFound, "no TXT record of \(name) holds the challenge", ["name": name])
    case .nameServersUnavailable:
      .unavailable(
        reason: ErrorReason.nameServersUnavailable.text, "the name servers do not answer",
        retryAfter: .seconds(5))
    }
  }

  private func refused(
    _ reason: ErrorReason, _ message: String, _ metadata: [String: String] = [:]
  ) -> Status {
    .failedPrecondition(reason: reason.text, message, metadata: metadata)
  }
}
