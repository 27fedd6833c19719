import API
import Domain
import Postgres

/// `roster.v1.GroupService`. A file a method.
package struct GroupService: GroupServiceServer {
  package typealias Caller = Service.Caller
  package typealias Failure = ServiceFailure

  let ground: ServiceGround

  package init(ground: ServiceGround) {
    self.ground = ground
  }

  /// What a unique index says of a group's fields, named as callers know it.
  func taken(_ failure: ServiceFailure, name: String) -> ServiceFailure {
    guard case .database(.uniqueViolation(constraint: "groups_name")) = failure else {
      return failure
    }
    return .taken(.groupName(name))
  }
}
