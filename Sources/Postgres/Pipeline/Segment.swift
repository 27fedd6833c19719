internal import EventLoop

/// The statements between two Syncs, one implicit transaction, and what becomes of their answers.
/// Confined to the loop of its connection.
class Segment {
  /// What the answer to one message must be.
  struct Step {
    enum Purpose {
      /// Parse.
      case prepare
      /// DEALLOCATE of a statement that no longer fits or gives way.
      case deallocate
      /// A statement around those of the caller, without rows of interest.
      case context
      case statement
    }

    let purpose: Purpose
    /// The catalogue's number of the statement.
    let number: Int
    /// The statement of the segment that needs this step, from 0.
    let statement: Int
  }

  /// Which of the connection's limits was sent: for telling a deadline from a ceiling.
  var isDeadlineBound = false
  /// The turn in which its Sync was sent.
  var sentAt = MonotonicInstant(nanoseconds: 0)
  fileprivate(set) var steps: [Step] = []
  fileprivate(set) var position = 0

  func append(_ step: Step) { steps.append(step) }

  /// The step whose answer comes next.
  var current: Step? { position < steps.count ? steps[position] : nil }

  func advance() { position += 1 }

  /// The statement succeeded; the receiver owns the result.
  func receive(_ result: OpaquePointer, of step: Step) {}

  /// The step failed; those after it are skipped.
  func fail(_ failure: ServerFailure, at step: Step) {}

  /// The step was not run, since one before it failed.
  func skip(_ step: Step) {}

  /// The Sync was answered: nothing more comes.
  func end() {}

  /// The connection was lost before the Sync was answered.
  func lose(_ reason: String) {}
}
