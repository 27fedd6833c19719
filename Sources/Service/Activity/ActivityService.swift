import API

/// `roster.v1.ActivityService`. A file a method.
package struct ActivityService: ActivityServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }
}
