import API
import AccessIndex
import Crypto
import Domain
import EventLoop
import Glibc
import Logging
import Metrics
import Postgres
import RPC
import Service

/// What this process answers, beside health and reflection.
enum Methods {
  static func all(
    _ services: ServiceGround, _ ground: ServingGround, _ pools: Pools, tokens: ServiceTokens
  ) -> [Method] {
    let loops = pools.requests.map { ServiceLoop(loop: $0.loop, database: $0) }
    publishReplays(of: loops, ground.operations)
    let gate = Gate(
      ground: services, tokens: tokens, loops: loops, quotas: ground.quotas,
      identities: ground.identities)
    return OrganizationService(ground: services).methods(admission: gate)
      + CompanyService(ground: services).methods(admission: gate)
      + UserService(ground: services).methods(admission: gate)
      + TokenService(ground: services).methods(admission: gate)
      + ActivityService(ground: services).methods(admission: gate)
      + GroupService(ground: services).methods(admission: gate)
      + RoleService(ground: services).methods(admission: gate)
      + PermissionService(ground: services).methods(admission: gate)
  }

  /// What the services and the chores of this process share.
  static func services(_ ground: ServingGround, keys: KeyRing) -> ServiceGround {
    let logger = ground.logger
    return ServiceGround(
      ring: keys, hashPool: HashMetrics.pool(in: ground.operations.registry),
      textRecords: TextRecordResolver.records(), now: { wallClock() },
      report: { failure, call in
        logger.error(
          "call_failed",
          metadata: [
            "method": .string(call.method.path), "reason": .string(failure.operatorText),
            "peer": .string(call.peer), "trace_id": .string(call.trace.traceIDText),
            "span_id": .string(call.trace.spanIDText),
          ])
      })
  }

  private static func publishReplays(of loops: [ServiceLoop], _ operations: Operations) {
    let family = MetricFamily(
      "roster_idempotency_replay", .counter, "Answers given again for a request id.")
    for (loop, pulse) in zip(loops, operations.pulses) {
      let counter = operations.registry.counter(family)
      pulse.add { counter.set(loop.replayCount) }
    }
  }

  static func wallClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

extension ServiceFailure {
  /// What an operator reads; callers see less.
  var operatorText: String {
    switch self {
    case .database(let error): error.text
    case .broken(let text): text
    case .outcomeUnknown: "the connection was lost during the commit: it may have happened"
    default: "\(self)"
    }
  }
}
