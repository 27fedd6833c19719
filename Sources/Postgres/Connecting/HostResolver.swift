internal import EventLoop
internal import Glibc

/// Looks names up on a thread of its own: getaddrinfo may block for many seconds.
///
/// At most one look-up of a name runs at a time, so silent name servers can't pile threads up;
/// whoever asks meanwhile shares its answer. Confined to its loop.
final class HostResolver: @unchecked Sendable {
  // Safety: confined to its loop; the thread only calls `loop.execute`.
  private let loop: EventLoop
  private var waiting: [String: [([String]) -> Void]] = [:]

  init(loop: EventLoop) {
    self.loop = loop
  }

  /// Calls `completion` on the loop with numeric addresses, none when the name is unknown.
  func resolve(_ host: String, _ completion: @escaping ([String]) -> Void) {
    let isRunning = waiting[host] != nil
    waiting[host, default: []].append(completion)
    guard !isRunning else { return }
    let work = Work(resolver: self, host: host)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(work)
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      return finish(host, [])
    }
    pthread_detach(thread)
  }

  private func finish(_ host: String, _ addresses: [String]) {
    for completion in waiting.removeValue(forKey: host) ?? [] { completion(addresses) }
  }

  private final class Work {
    let resolver: HostResolver
    let host: String

    init(resolver: HostResolver, host: String) {
      self.resolver = resolver
      self.host = host
    }

    func run() {
      let addresses = lookUp(host)
      let (resolver, host) = (resolver, host)
      resolver.loop.execute { resolver.finish(host, addresses) }
    }
  }
}

private func lookUp(_ host: String) -> [String] {
  var hints = addrinfo()
  hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
  defer { freeaddrinfo(list) }
  var addresses: [String] = []
  var entry = list
  while let current = entry {
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = getnameinfo(
      current.pointee.ai_addr, current.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0,
      NI_NUMERICHOST)
    if code == 0 {
      let text = String(
        decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if !addresses.contains(text) { addresses.append(text) }
    }
    entry = current.pointee.ai_next
  }
  return addresses
}
