package import Domain
import Postgres

/// Which users are due for having been inactive: people who were created, signed in and active only
/// before an instant, service accounts left out.
package struct InactiveUsers: Sendable {
  package let organization: OrganizationID
  package let since: Timestamp
  /// In which of these states.
  package let states: [UserState]
  /// Deactivated for at least so many days; 0: no matter.
  package let inactiveDays: Int
  /// 1…1,000.
  package let limit: Int

  package init(
    organization: OrganizationID, since: Timestamp, states: [UserState], inactiveDays: Int,
    limit: Int
  ) {
    self.organization = organization
    self.since = since
    self.states = states
    self.inactiveDays = inactiveDays
    self.limit = limit
  }

  func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.instant(since)
    parameters.texts(states.map(\.rawValue))
    parameters.int32(Int32(inactiveDays))
    parameters.int64(Int64(limit))
  }
}
