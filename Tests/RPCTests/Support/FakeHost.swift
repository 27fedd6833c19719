import HTTP2
import RPC

/// A host with a clock that stands still until it is moved.
final class FakeHost: ServerHost {
  struct Refused: Equatable {
    let path: String
    let code: StatusCode
  }

  let loop = TestLoop()
  let gzip = Gzip()
  var nowNanoseconds: UInt64 = 1_000_000_000
  /// Nil: a turn takes no time.
  var turnStart: UInt64?
  var turnNanoseconds: UInt64 {
    get { turnStart ?? nowNanoseconds }
    set { turnStart = newValue }
  }
  var pressure: Pressure?
  private(set) var sheds: [(AdmissionClass, ShedReason)] = []
  private(set) var startCount = 0
  private(set) var answeredCount = 0
  private(set) var ended: [StatusCode] = []
  private(set) var refused: [Refused] = []
  private(set) var outputCount = 0
  /// The most octets of answers that were unsent at once, as far as it was told.
  private(set) var queuedByteCountMax = 0
  private(set) var memoryRefusedCount = 0
  var memory = ProcessMemory.unlimited
  private(set) var warnings: [AbuseVector] = []
  private(set) var deadlines: [ObjectIdentifier: (call: ServerCall, at: UInt64)] = [:]

  func start(_ call: ServerCall) {
    startCount += 1
    call.adopt(Task.immediate(executorPreference: loop) { await call.run() })
  }

  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64) {
    deadlines[ObjectIdentifier(call)] = (call, nanoseconds)
  }

  func cancelDeadline(_ call: ServerCall) {
    deadlines[ObjectIdentifier(call)] = nil
  }

  func outputReady(_ connection: ServerConnection) {
    outputCount += 1
    queuedByteCountMax = max(queuedByteCountMax, connection.queuedByteCount)
  }

  func memoryRefused() {
    memoryRefusedCount += 1
  }

  func abuseWarned(_ vector: AbuseVector) {
    warnings.append(vector)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    ended.append(status)
  }

  func callAnswered(_ call: ServerCall) {
    answeredCount += 1
  }

  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {
    refused.append(Refused(path: path, code: status.code))
  }

  func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason) {
    sheds.append((admissionClass, reason))
  }

  /// Moves the clock and fires what is due.
  func advance(by nanoseconds: UInt64) {
    nowNanoseconds += nanoseconds
    for (key, timer) in deadlines where timer.at <= nowNanoseconds {
      deadlines[key] = nil
      timer.call.deadlinePassed()
    }
  }
}
