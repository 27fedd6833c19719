import Postgres
import RPC

extension Gate {
  /// Tells the caller's retry policy when to come back to a database that is away or full (gRFC A6,
  /// "Server Pushback"): drawn anew for each, from a half to three halves of what RetryInfo says,
  /// lest all of them come back at once.
  func addPushback(_ failure: ServiceFailure, _ call: ServerCall) {
    guard let mean = failure.pushbackMilliseconds else { return }
    let draw = Int(truncatingIfNeeded: ground.random().low % UInt64(mean))
    call.trailingMetadata.add("grpc-retry-pushback-ms", String(mean / 2 + draw))
  }
}

extension ServiceFailure {
  /// Nil: repeating the call is of no use, or no matter of load.
  fileprivate var pushbackMilliseconds: Int? {
    switch self {
    case .database(.unavailable), .database(.statementTimeout): 1_000
    case .database(.overloaded): 200
    case .hashingOverloaded: 1_000
    default: nil
    }
  }
}
