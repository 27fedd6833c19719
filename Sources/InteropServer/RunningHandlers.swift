import RPC
import Synchronization

/// How many handlers run, which a caller may ask for: a cancelled call must not leave one behind.
final class RunningHandlers: Sendable {
  private let running = Atomic(0)

  var count: Int { running.load(ordering: .relaxed) }

  func counting(_ body: MethodBody) -> MethodBody {
    switch body {
    case .unary(let handler):
      .unary { [self] request, call throws(Status) in
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        return try await handler(request, call)
      }
    case .streaming(let handler):
      .streaming { [self] call throws(Status) in
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        try await handler(call)
      }
    }
  }
}
