import API

/// `roster.v1.PermissionService`. A file a method.
package struct PermissionService: PermissionServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
