import API

/// `roster.v1.TokenService`. A file a method.
package struct TokenService: TokenServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
