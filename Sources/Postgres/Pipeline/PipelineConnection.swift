internal import CLibpq
internal import EventLoop
internal import Metrics

/// Told what becomes of a connection.
protocol PipelineOwner: AnyObject {
  /// A Sync was answered; the connection may have room or be drained.
  func segmentEnded(on connection: PipelineConnection)
  /// The connection is closed for good; its segments were told before.
  func connectionLost(_ connection: PipelineConnection)
}

/// One established connection in pipeline mode. Confined to its loop.
///
/// Statements are appended to libpq's buffer and answered in order; `segments` holds the Syncs that
/// wait for their answer. Any violation of the protocol ends the connection.
final class PipelineConnection: ReadinessHandler {
  let loop: EventLoop
  /// When it should be replaced, so that no connection lives for ever.
  let expiry: MonotonicInstant
  weak var owner: (any PipelineOwner)?
  private(set) var isClosed = false
  /// Kept by the pool: a ROLLBACK is on its way.
  var isRollingBack = false
  /// Kept by the pool: nobody holds the connection any more.
  var isReleased = false
  /// Kept by the pool: in whose name the connection is held, until it is drained.
  var lane: Lane?
  var drainTimer: Timer?

  private let native: NativeConnection
  private let catalogue: StatementCatalogue
  private var prepared: PreparedStatements
  private var registration: Registration?
  private var isWriteWatched = false
  private(set) var segments = Queue<Segment>()
  /// A result came; the null that ends the statement's results has not.
  private var isAwaitingEnd = false
  private var hasSendFailed = false
  /// When bytes came last, or were first awaited.
  private var lastHeard: MonotonicInstant

  /// Longer than any statement may run on a connection whose every answer ends within 250 ms.
  static let silenceMax = Duration.seconds(3)

  init(
    _ native: NativeConnection, loop: EventLoop, catalogue: StatementCatalogue,
    expiry: MonotonicInstant
  ) {
    self.native = native
    self.loop = loop
    self.catalogue = catalogue
    self.expiry = expiry
    prepared = PreparedStatements()
    lastHeard = loop.now
  }

  /// Enters pipeline mode and has the socket watched; the error if that fails.
  func open() -> DatabaseError? {
    guard native.enterPipeline() else {
      return .unavailable(reason: "pipeline mode: \(native.errorMessage)")
    }
    do {
      registration = try loop.register(native.socket, .readable, self)
      return nil
    } catch {
      return .unavailable(reason: error.description)
    }
  }

  /// Known once every Sync has been answered.
  var isOutsideTransaction: Bool {
    // libpq leaves the state "between commands" when it is asked for a result that isn't there.
    _ = native.nextResult()
    return native.isOutsideTransaction
  }

  // MARK: Sending

  /// Appends a statement, preparing it first if this connection has not seen it.
  func append(
    _ text: StatementText, _ parameters: borrowing Parameters, to segment: Segment,
    _ purpose: Segment.Step.Purpose, statement: Int
  ) {
    guard !isClosed else { return }
    let number = catalogue.number(of: text)
    let entry = catalogue.entries[number]
    if let evicted = prepared.makeRoom(for: number, isShape: entry.isShape) {
      segment.append(Segment.Step(purpose: .deallocate, number: evicted, statement: statement))
      check(native.sendOnce("DEALLOCATE roster_\(evicted)"))
    }
    switch prepared.state(of: number, generation: entry.generation) {
    case .ready: break
    case .stale:
      segment.append(Segment.Step(purpose: .deallocate, number: number, statement: statement))
      check(native.sendOnce("DEALLOCATE roster_\(number)"))
      fallthrough
    case .absent:
      segment.append(Segment.Step(purpose: .prepare, number: number, statement: statement))
      check(native.sendPrepare(entry.name, entry.sql, parameters))
      prepared.insert(number, generation: entry.generation, isShape: entry.isShape)
    }
    segment.append(Segment.Step(purpose: purpose, number: number, statement: statement))
    check(native.sendPrepared(entry.name, parameters))
  }

  /// Ends the segment with a Sync and writes it.
  func submit(_ segment: Segment) {
    guard !isClosed else {
      segment.lose("the connection is closed")
      return
    }
    if segments.isEmpty { lastHeard = loop.now }
    segment.sentAt = loop.now
    segments.append(segment)
    check(native.sendSync())
    if hasSendFailed {
      lose(native.errorMessage)
    } else {
      flush()
    }
  }

  private func check(_ isSent: Bool) {
    if !isSent { hasSendFailed = true }
  }

  private func flush() {
    switch native.flush() {
    case .done: watchWriting(false)
    case .pending: watchWriting(true)
    case .failed: lose(native.errorMessage)
    }
  }

  private func watchWriting(_ isWanted: Bool) {
    guard isWanted != isWriteWatched, let registration else { return }
    isWriteWatched = isWanted
    loop.modify(registration, isWanted ? [.readable, .writable] : .readable)
  }

  // MARK: Receiving

  func ready(_ readiness: Readiness) {
    if readiness.contains(.writable), isWriteWatched { flush() }
    guard !isClosed else { return }
    lastHeard = loop.now
    let isOpen = native.consumeInput()
    process()
    if !isOpen { lose(native.errorMessage) }
  }

  private func process() {
    // Parses what came unasked, such as notices, when nothing is awaited.
    if segments.isEmpty { _ = native.isBusy }
    while !isClosed, let segment = segments.first, !native.isBusy {
      guard let result = native.nextResult() else {
        guard isAwaitingEnd else { return lose("an answer is missing: \(native.errorMessage)") }
        isAwaitingEnd = false
        segment.advance()
        continue
      }
      accept(result, segment)
    }
  }

  private func accept(_ result: OpaquePointer, _ segment: Segment) {
    // The statuses pipeline mode can give; COPY, single rows and bad responses end the connection.
    let status = PQresultStatus(result)
    if status == PGRES_PIPELINE_SYNC {
      PQclear(result)
      guard segment.current == nil, !isAwaitingEnd else { return lose("a Sync came too early") }
      _ = segments.popFirst()
      segment.end()
      owner?.segmentEnded(on: self)
      return
    }
    guard !isAwaitingEnd, let step = segment.current else {
      PQclear(result)
      return lose("an answer came that nobody asked for")
    }
    isAwaitingEnd = true
    switch status {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      if case .statement = step.purpose {
        catalogue.entries[step.number].latency?.observe(
          nanoseconds: loop.now.nanoseconds &- segment.sentAt.nanoseconds)
        segment.receive(result, of: step)
      } else {
        PQclear(result)
      }
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
      unprepare(step)
      segment.skip(step)
    case PGRES_FATAL_ERROR:
      refuse(result, segment, step)
    default:
      PQclear(result)
      lose("unexpected answer \(status.rawValue)")
    }
  }

  private func refuse(_ result: OpaquePointer, _ segment: Segment, _ step: Segment.Step) {
    var failure = ServerFailure(reading: result, isDeadlineBound: segment.isDeadlineBound)
    PQclear(result)
    // Without a SQLSTATE libpq itself speaks, of a lost connection: which statement was running,
    // and whether the last one was, nobody knows.
    guard failure.isFromServer else { return lose(native.errorMessage) }
    catalogue.metrics?.noteError(sqlState: failure.sqlState)
    unprepare(step)
    switch failure.staleness {
    case .isGone where prepared.generation(of: step.number) == nil:
      failure.isNeverPrepared = true
    // Who loses one has lost them all: DEALLOCATE ALL, DISCARD ALL, another session.
    case .isGone: prepared = PreparedStatements()
    case .existsAlready: prepared.insert(step.number, generation: .max, isShape: false)
    case .mustDeallocate:
      if let generation = prepared.generation(of: step.number) {
        catalogue.invalidate(step.number, generation: generation)
      }
    case nil: break
    }
    segment.fail(failure, at: step)
    if failure.isFatal { lose(native.errorMessage) }
  }

  private func unprepare(_ step: Segment.Step) {
    if case .prepare = step.purpose { prepared.remove(step.number) }
  }

  // MARK: Ending

  /// Closes a connection whose answers have not come for long; its statements are told.
  func loseIfSilent(at now: MonotonicInstant) {
    guard !segments.isEmpty, now - lastHeard > Self.silenceMax else { return }
    lose("the server is silent")
  }

  /// Looks whether the server is still there: where one connection is lost, others often are too.
  func probe() {
    guard !isClosed else { return }
    ready(.readable)
  }

  /// Closes the connection and tells its segments and its owner.
  func lose(_ reason: String) {
    guard !isClosed else { return }
    close()
    while let segment = segments.popFirst() { segment.lose(reason) }
    owner?.connectionLost(self)
  }

  /// Closes a connection on which nothing is awaited.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    drainTimer?.cancel()
    drainTimer = nil
    if let registration { loop.deregister(registration) }
    registration = nil
    native.finish()
  }
}
