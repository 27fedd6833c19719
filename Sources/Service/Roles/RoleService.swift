import API

/// `roster.v1.RoleService`. A file a method.
package struct RoleService: RoleServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
