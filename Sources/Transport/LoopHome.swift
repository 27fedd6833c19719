internal import EventLoop
internal import HTTP2
internal import RPC
internal import Synchronization

/// What the connections of one loop share: its buffers, its load and the way to end them all.
final class LoopHome: @unchecked Sendable {
  // Safety: confined to `loop`, but `loop` and `load`, which are Sendable.

  let loop: EventLoop
  let load = LoopLoad()
  let router: Router
  /// Of connections accepted from now on; those open keep what they took over at their start.
  var configuration: ServerConfiguration {
    didSet {
      pressure.limit = configuration.queueWaitNanosecondsMax
      handshakes.limits = configuration.handshakeLimits(of: census.loopCount)
    }
  }
  let observer: any ServerObserver
  let census: Census
  let pressure: Pressure

  /// One read of a socket; handed to the session before the next connection is looked at.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  /// Streams of ended calls, kept for the next ones of any connection.
  let streamPool = StreamPool()
  /// Compresses messages of any connection.
  let gzip = Gzip()
  /// Frames of one connection on their way to its socket; empty between two flushes.
  var output = OutputBuffer(capacity: 128 << 10)
  /// One for each listener of TLS, in the order of their making.
  private(set) var tlsContexts: [TLSContext] = []
  private(set) lazy var port = TLSPort()
  var handshakes: HandshakeQueue<Connection>
  private var reliefTimer: Timer?
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var isDraining = false

  init(
    loop: EventLoop, router: Router, configuration: ServerConfiguration,
    observer: any ServerObserver, census: Census, queueWaits: @escaping QueueProbe
  ) {
    let observer = observer.observer(on: loop)
    self.loop = loop
    self.router = router
    self.configuration = configuration
    self.observer = observer
    self.census = census
    handshakes = HandshakeQueue(configuration.handshakeLimits(of: census.loopCount))
    pressure = Pressure(
      limit: configuration.queueWaitNanosecondsMax, seed: .random(in: .min ... .max),
      waits: { queueWaits(loop, $0) }, measured: { observer.queuesMeasured($0) })
  }

  deinit { readBuffer.deallocate() }

  /// Serves a connection that the acceptor handed over.
  func adopt(_ socket: Socket, peer: String, tlsListener: Int?) {
    guard !isDraining else {
      forget(nil)
      return
    }
    do {
      let connection = try Connection(
        socket, peer: peer, home: self, tlsListener: tlsListener)
      connections[ObjectIdentifier(connection)] = connection
      observer.connectionOpened(peer: peer)
    } catch {
      forget(nil)
      observer.acceptFailed("\(error)")
    }
  }

  /// Lets go of a connection that has ended.
  func forget(_ connection: Connection?) {
    if let connection { connections[ObjectIdentifier(connection)] = nil }
    load.connectionCount.subtract(1, ordering: .relaxed)
    census.leave()
  }

  var openConnections: some Sequence<Connection> { connections.values }

  /// Tells every peer to open no more streams; each connection ends once its calls have.
  func beginDrain() {
    isDraining = true
    for connection in Array(connections.values) { connection.beginDrain() }
  }

  /// Ends every connection now; calls that still run are cancelled.
  func closeAll() {
    isDraining = true
    for connection in Array(connections.values) { connection.close(.shutdown) }
  }
}

extension LoopHome {
  /// Serves handshakes of one more listener of TLS.
  func addTLS(_ context: TLSContext) {
    tlsContexts.append(context)
  }

  /// Handshakes from now on use these; connections whose clients would no longer be let in are
  /// drained.
  /// - Returns: how many those are.
  func replaceTLS(_ contexts: [TLSContext]) -> Int {
    tlsContexts = contexts
    let refused = connections.values.filter { $0.state == .open && !$0.isStillAccepted }
    for connection in refused { connection.beginDrain() }
    return refused.count
  }

  func leaveHandshakes(_ connection: Connection) {
    handshakes.leave(connection, at: .now())?.handshakeGranted()
  }

  /// While handshakes wait, those that dawdle make room.
  func relieveHandshakes() {
    while let late = handshakes.overdue(at: .now()) { late.failHandshake(.timeout) }
    guard reliefTimer == nil, let instant = handshakes.overdueAt else { return }
    reliefTimer = loop.schedule(at: instant) { [weak self] in
      self?.reliefTimer = nil
      self?.relieveHandshakes()
    }
  }
}

extension ServerConfiguration {
  fileprivate var queueWaitNanosecondsMax: UInt64 {
    UInt64(clamping: queueWaitMax.saturatedNanoseconds)
  }
}

/// Counts the connections of a server, over its loops, and tells when the last one has gone.
final class Census: Sendable {
  /// What they hold, together.
  let memory: ProcessMemory
  private let isShedding = Atomic<Bool>(false)
  private let homes = Mutex<[WeakHome]>([])

  private struct WeakHome: Sendable {
    weak let home: LoopHome?
  }

  /// Among which the process's share of handshakes is split.
  let loopCount: Int

  init(loopCount: Int, memoryMax: Int) {
    self.loopCount = max(1, loopCount)
    memory = ProcessMemory(byteCountMax: memoryMax)
  }

  /// Has every loop close the connection that holds most, since the process holds too much.
  func shed() {
    guard !isShedding.exchange(true, ordering: .relaxed) else { return }
    for entry in homes.withLock({ $0 }) {
      entry.home?.loop.execute { [self] in
        isShedding.store(false, ordering: .relaxed)
        entry.home?.shedLargest()
      }
    }
  }

  func add(_ home: LoopHome) {
    homes.withLock { $0.append(WeakHome(home: home)) }
  }

  private struct State {
    var count = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Counts one more connection; false when there are `max` already.
  func enter(max: Int) -> Bool {
    state.withLock { state in
      guard state.count < max else { return false }
      state.count += 1
      return true
    }
  }

  func leave() {
    let waiting = state.withLock { state in
      state.count -= 1
      guard state.count == 0 else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  var count: Int { state.withLock { $0.count } }

  /// Returns once no connection is left.
  func waitUntilEmpty() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if state.count > 0 { state.waiting.append(continuation) }
        return state.count == 0
      }
      if isEmpty { continuation.resume() }
    }
  }
}
