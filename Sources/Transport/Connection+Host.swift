internal import EventLoop
internal import HTTP2
internal import RPC
internal import Synchronization

extension Connection: ServerHost {
  var nowNanoseconds: UInt64 { MonotonicInstant.now().nanoseconds }

  var gzip: Gzip { home.gzip }
  var turnNanoseconds: UInt64 { home.loop.now.nanoseconds }
  var pressure: Pressure? { home.pressure }
  var memory: ProcessMemory { home.census.memory }

  func start(_ call: ServerCall) {
    home.load.streamCount.add(1, ordering: .relaxed)
    call.startedAt = home.loop.now.nanoseconds
    home.observer.callStarted(call)
    call.adopt(Task.immediate(executorPreference: home.loop) { await call.run() })
  }

  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64) {
    guard nanoseconds < .max else { return }
    let deadline = MonotonicInstant(nanoseconds: nanoseconds)
    call.deadlineTimer = home.loop.schedule(at: deadline) { [weak call] in call?.deadlinePassed() }
  }

  func cancelDeadline(_ call: ServerCall) {
    (call.deadlineTimer as? Timer)?.cancel()
    call.deadlineTimer = nil
  }

  func outputReady(_ connection: ServerConnection) {
    requestFlush()
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    home.load.streamCount.subtract(1, ordering: .relaxed)
    idleSince = home.loop.now.nanoseconds
    home.observer.callEnded(call, status)
  }

  func callAnswered(_ call: ServerCall) {
    let now = home.loop.now.nanoseconds
    call.startedAt = now
    home.observer.callStarted(call)
    idleSince = now
    home.observer.callEnded(call, .ok)
  }

  func abuseWarned(_ vector: AbuseVector) {
    limitNotice()
    home.observer.abuseWarned(peer: peer, vector)
  }

  func memoryRefused() {
    home.observer.memoryRefused(peer: peer)
  }

  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {
    home.observer.requestRefused(peer: peer, path: path, status)
  }

  func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason) {
    home.observer.shed(admissionClass, reason)
  }

  func quotaRefused(identity: String) {
    home.observer.quotaRefused(identity: identity)
  }
}
