internal import CLinux
internal import EventLoop
internal import Glibc
internal import Synchronization

/// Accepts connections on one address and deals them to the loops. Lives on one loop.
final class Listener: ReadinessHandler, @unchecked Sendable {
  // Safety: confined to `loop`.

  private let loop: EventLoop
  private let address: SocketAddress
  private let homes: [LoopHome]
  var connectionsMax: Int
  private let tlsListener: Int?
  private let observer: any ServerObserver
  private let socket: Socket
  private var registration: Registration?
  private var choice = LoopChoice()
  private var refusedCount = 0
  private var isTellingRefused = false

  /// Connections accepted before other descriptors of the loop are looked at.
  private static let acceptsPerTurnMax = 64
  /// How long accepting rests when the process is out of descriptors.
  private static let pause: Duration = .milliseconds(100)

  /// The address in force: with the port that the kernel chose when 0 was asked for.
  let boundAddress: SocketAddress

  /// - Parameter tlsListener: the number of its contexts at every home; nil: no TLS.
  init(
    _ address: SocketAddress, on loop: EventLoop, homes: [LoopHome],
    configuration: ServerConfiguration, observer: any ServerObserver, tlsListener: Int?
  ) throws(SystemError) {
    self.tlsListener = tlsListener
    self.loop = loop
    self.address = address
    self.homes = homes
    self.connectionsMax = configuration.connectionsMax
    self.observer = observer
    socket = try Socket.listening(on: address, backlog: configuration.backlog)
    boundAddress = socket.boundAddress(asked: address)
  }

  func begin() throws(SystemError) {
    registration = try loop.register(socket.descriptor, .readable, self)
  }

  /// Stops accepting. A unix socket's file is removed.
  func close() {
    if let registration { loop.deregister(registration) }
    registration = nil
    socket.close()
    if case .unix(let path) = address { unlink(path) }
  }

  func ready(_ readiness: Readiness) {
    for _ in 0..<Self.acceptsPerTurnMax {
      var storage = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let descriptor = linux_accept(socket.descriptor, &storage, &length)
      if descriptor < 0 {
        handleFailure(code: -descriptor)
        return
      }
      deal(Socket.accepted(descriptor, at: address), from: SocketAddress(kernel: storage))
    }
  }

  private func handleFailure(code: CInt) {
    switch code {
    case EAGAIN, EINTR, ECONNABORTED:
      return
    default:
      // Level-triggered: without a rest the loop would spin until a descriptor is free.
      observer.acceptFailed("\(SystemError("accept4", code: code))")
      guard let registration else { return }
      loop.modify(registration, [])
      loop.schedule(after: Self.pause) { [self] in
        if let registration = self.registration { loop.modify(registration, .readable) }
      }
    }
  }

  /// One word a second, however many are refused: whoever floods the port is not to fill the log.
  private func tellRefused() {
    isTellingRefused = refusedCount > 0
    guard refusedCount > 0 else { return }
    observer.connectionsRefused(refusedCount)
    observer.acceptFailed(
      "\(refusedCount) more connections than \(connectionsMax): raise limits.connections")
    refusedCount = 0
    loop.schedule(after: .seconds(1)) { [weak self] in self?.tellRefused() }
  }

  private func deal(_ socket: sending Socket, from peer: SocketAddress?) {
    guard let census = homes.first?.census, census.enter(max: connectionsMax) else {
      refusedCount += 1
      if !isTellingRefused { tellRefused() }
      return
    }
    let home = homes[choice.next(among: homes.map(\.load))]
    home.load.connectionCount.add(1, ordering: .relaxed)
    let name = peer.map(\.description) ?? "unknown"
    if home.loop === loop {
      home.adopt(socket, peer: name, tlsListener: tlsListener)
      return
    }
    let parcel = Parcel(socket)
    let tlsListener = tlsListener
    home.loop.execute { home.adopt(parcel.socket, peer: name, tlsListener: tlsListener) }
  }

  /// A socket between two loops.
  private struct Parcel: @unchecked Sendable {
    // Safety: the sender lets go of it before the receiver runs.
    let socket: Socket

    init(_ socket: Socket) {
      self.socket = socket
    }
  }
}
