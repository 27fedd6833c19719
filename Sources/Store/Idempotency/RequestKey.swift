package import Domain

/// What makes two calls one: who asks, for which organization, under which id.
package struct RequestKey: Hashable, Sendable {
  /// The nil UUID where no organization exists yet.
  package let organization: OrganizationID
  package let principal: Principal
  package let request: RequestID

  package init(organization: OrganizationID, principal: Principal, request: RequestID) {
    self.organization = organization
    self.principal = principal
    self.request = request
  }
}
