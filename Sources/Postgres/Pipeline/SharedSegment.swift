internal import CLibpq

/// Up to sixteen point reads in one Sync.
final class SharedSegment: Segment {
  private(set) var reads: [PointRead] = []
  private weak var queue: PointReads?

  init(queue: PointReads) {
    self.queue = queue
  }

  func add(_ read: PointRead) { reads.append(read) }

  override func receive(_ result: OpaquePointer, of step: Step) {
    reads[step.statement].succeed(result)
  }

  override func fail(_ failure: ServerFailure, at step: Step) {
    // The connection is about to be lost: that sends the reads again.
    guard !failure.isFatal else { return }
    let read = reads[step.statement]
    if failure.isNeverPrepared {
      queue?.sendAgain(read)
    } else if failure.staleness != nil {
      queue?.retry(read, isLoss: false, or: failure.error)
    } else {
      read.fail(failure.error)
    }
  }

  override func skip(_ step: Step) {
    guard case .statement = step.purpose else { return }
    queue?.retry(
      reads[step.statement], isLoss: false, or: .unavailable(reason: "aborted by a neighbour twice")
    )
  }

  override func lose(_ reason: String) {
    for read in reads where !read.isFinished {
      queue?.retry(read, isLoss: true, or: .unavailable(reason: reason))
    }
  }
}
