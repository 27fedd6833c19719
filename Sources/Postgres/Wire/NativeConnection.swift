internal import CLibpq

/// Owns one `PGconn`; `PQfinish` runs exactly once, and nothing else calls libpq with it.
/// Every call is non-blocking. After ``finish()`` each one fails: libpq accepts a null connection.
final class NativeConnection {
  private var raw: OpaquePointer?
  private let scratch = ParameterScratch()

  init(adopting raw: OpaquePointer) {
    self.raw = raw
    // libpq would print notices to standard error, between the lines of the log.
    PQsetNoticeReceiver(raw, { _, _ in }, nil)
  }

  deinit { finish() }

  /// Closes the socket; in non-blocking mode the farewell to the server is sent if it fits.
  func finish() {
    guard let raw else { return }
    self.raw = nil
    PQfinish(raw)
  }

  // MARK: State

  /// -1 when there is none. It may change at each step of connecting.
  var socket: CInt { PQsocket(raw) }

  /// CONNECTION_BAD is final.
  var isLost: Bool { PQstatus(raw) == CONNECTION_BAD }

  /// Known when every Sync has been answered.
  var isOutsideTransaction: Bool { PQtransactionStatus(raw) == PQTRANS_IDLE }

  /// The process id the server announced at login; a pooler announces its own.
  var announcedBackendID: Int32 { PQbackendPID(raw) }

  /// For operators; never holds a password.
  var errorMessage: String {
    guard let text = PQerrorMessage(raw) else { return "no connection" }
    return trimmed(String(cString: text))
  }

  // MARK: Connecting

  enum ConnectStep {
    case wantsRead, wantsWrite, established, failed
  }

  /// PQconnectPoll: FAILED, READING, WRITING, OK; ACTIVE is never returned.
  func continueConnecting() -> ConnectStep {
    switch PQconnectPoll(raw) {
    case PGRES_POLLING_READING: .wantsRead
    case PGRES_POLLING_WRITING: .wantsWrite
    case PGRES_POLLING_OK: .established
    default: .failed
    }
  }

  /// 0 is success, -1 failure.
  func becomeNonblocking() -> Bool { PQsetnonblocking(raw, 1) == 0 }

  /// 1 is success, 0 failure.
  func enterPipeline() -> Bool { PQenterPipelineMode(raw) == 1 }

  // MARK: Sending (each returns 1 for success, 0 for failure)

  /// Simple protocol, several statements allowed; outside pipeline mode only.
  func sendScript(_ script: String) -> Bool { PQsendQuery(raw, script) == 1 }

  func sendPrepare(
    _ name: UnsafePointer<CChar>, _ sql: UnsafePointer<CChar>, _ parameters: borrowing Parameters
  ) -> Bool {
    scratch.withTypes(parameters) { count, types in
      PQsendPrepare(raw, name, sql, count, types) == 1
    }
  }

  func sendPrepared(_ name: UnsafePointer<CChar>, _ parameters: borrowing Parameters) -> Bool {
    scratch.withValues(parameters) { count, values, lengths, formats in
      PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1) == 1
    }
  }

  /// One statement without parameters that is not kept.
  func sendOnce(_ sql: String) -> Bool {
    PQsendQueryParams(raw, sql, 0, nil, nil, nil, nil, 1) == 1
  }

  /// Ends the segment and writes what is buffered: the one `send` of a turn.
  func sendSync() -> Bool { PQpipelineSync(raw) == 1 }

  enum FlushOutcome {
    case done, pending, failed
  }

  /// PQflush: 0 all is written, 1 the socket took a part, -1 failure.
  func flush() -> FlushOutcome {
    switch PQflush(raw) {
    case 0: .done
    case 1: .pending
    default: .failed
    }
  }

  // MARK: Receiving

  /// 1 is success (with or without new bytes), 0 failure: the connection is lost.
  func consumeInput() -> Bool { PQconsumeInput(raw) == 1 }

  /// Whether ``nextResult()`` would have to wait for bytes.
  var isBusy: Bool { PQisBusy(raw) == 1 }

  /// The caller owns the result: `PQclear`, or ``QueryResult``. Null ends those of a statement.
  func nextResult() -> OpaquePointer? { PQgetResult(raw) }
}

/// Room for the argument arrays of libpq, reused by every statement of a connection.
private final class ParameterScratch {
  private var values: [UnsafePointer<CChar>?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var types: [UInt32] = []
  /// What a value of no bytes points to: null would mean NULL.
  private let empty = UnsafeMutablePointer<CChar>.allocate(capacity: 1)

  init() {
    empty.initialize(to: 0)
  }

  deinit { empty.deallocate() }

  func withValues(
    _ parameters: borrowing Parameters,
    _ body: (
      Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> Bool
  ) -> Bool {
    let count = parameters.slots.count
    if values.count < count {
      values = Array(repeating: nil, count: count)
      lengths = Array(repeating: 0, count: count)
      formats = Array(repeating: 1, count: count)
    }
    return parameters.bytes.withUnsafeBytes { bytes in
      for index in 0..<count {
        let slot = parameters.slots[index]
        if slot.length < 0 {
          values[index] = nil
          lengths[index] = 0
        } else if slot.length == 0 {
          values[index] = UnsafePointer(empty)
          lengths[index] = 0
        } else {
          values[index] = bytes.baseAddress?.advanced(by: Int(slot.offset))
            .assumingMemoryBound(to: CChar.self)
          lengths[index] = slot.length
        }
      }
      return values.withUnsafeBufferPointer { values in
        lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { formats in
            body(
              Int32(truncatingIfNeeded: count), values.baseAddress, lengths.baseAddress,
              formats.baseAddress)
          }
        }
      }
    }
  }

  func withTypes(
    _ parameters: borrowing Parameters, _ body: (Int32, UnsafePointer<UInt32>?) -> Bool
  ) -> Bool {
    types.removeAll(keepingCapacity: true)
    for slot in parameters.slots { types.append(slot.type) }
    return types.withUnsafeBufferPointer {
      body(Int32(truncatingIfNeeded: $0.count), $0.baseAddress)
    }
  }
}

/// libpq ends its messages with a line break.
func trimmed(_ message: String) -> String {
  var message = Substring(message)
  while let last = message.last, last.isNewline || last == " " { message.removeLast() }
  return String(message)
}
