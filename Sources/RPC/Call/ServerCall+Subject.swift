/// Whom a call turned out to concern: set by the layers that find it out, read when it is logged.
/// A half-pair of zeros is unknown. Ids are UUIDs as two big-endian halves.
package struct CallSubject: Sendable {
  package typealias ID = (high: UInt64, low: UInt64)

  /// The service token that was shown.
  package var caller: ID = (0, 0)
  package var organization: ID = (0, 0)
  /// The person for whom the caller acts.
  package var user: ID = (0, 0)
}

extension ServerCall {
  /// Which of ``Router/methods`` it calls.
  package var methodIndex: Int { entry.index }

  /// Id of the trace that the caller named and records, as two big-endian halves; zeros when there
  /// is none. Read from the headers, without an allocation.
  package var sampledTrace: (high: UInt64, low: UInt64) {
    guard let parent = metadata.traceParent, parent.isSampled else { return (0, 0) }
    return (parent.traceHigh, parent.traceLow)
  }

  /// Its own span of the caller's trace, or of a new one when the caller named none. Made when it
  /// is first asked for: most calls leave no trace.
  package var trace: TraceContext {
    if let traceBox { return traceBox.context }
    var random = SystemRandomNumberGenerator()
    let context =
      metadata.traceParent?.child(using: &random) ?? TraceContext.begin(using: &random)
    traceBox = TraceBox(context)
    return context
  }
}

/// A place for what few calls have.
final class TraceBox {
  let context: TraceContext

  init(_ context: TraceContext) {
    self.context = context
  }
}
