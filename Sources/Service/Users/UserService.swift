import API

/// `roster.v1.UserService`. A file a method.
package struct UserService: UserServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
