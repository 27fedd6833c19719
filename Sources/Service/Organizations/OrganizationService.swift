import API

/// `roster.v1.OrganizationService`. A file a method.
package struct OrganizationService: OrganizationServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
