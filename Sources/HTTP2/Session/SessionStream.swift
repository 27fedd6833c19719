/// One stream of a session. Confined to the session's thread. Whoever holds it after `closed`
/// holds a dead stream: every verb of the session ignores it.
package class SessionStream {
  /// The peer's header list: the request's, or the final response's.
  package internal(set) final var headers = HeaderList()
  private final let storage: UnsafeMutablePointer<StreamState>

  package required init() {
    storage = .allocate(capacity: 1)
    storage.initialize(to: StreamState())
  }

  deinit {
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  /// Reached by a pointer: the run time's check for overlapping accesses, which costs more than
  /// the accesses, does not apply. No access lasts over a call of the delegate or the library.
  final var state: StreamState {
    @inline(__always) unsafeAddress { UnsafePointer(storage) }
    @inline(__always) unsafeMutableAddress { storage }
  }

  /// Makes it ready for another id. Only for a stream that nobody else holds.
  func recycle() {
    if isKnownUniquelyReferenced(&headers) { headers.reset() } else { headers = HeaderList() }
    state.recycle()
  }
}

extension SessionStream {
  /// Odd, 1…2³¹−1. The object serves one id for as long as anyone but the session holds it.
  package final var id: Int32 { state.id }
  /// The header list is past `SessionLimits.headerListMax` or `headerFieldCountMax`, and so
  /// not whole: answer without reading it.
  package final var headerListOverLimit: Bool { state.headerListOverLimit }
  /// The peer has sent END_STREAM.
  package final var isRemoteClosed: Bool { state.isRemoteClosed }
  package final var isClosed: Bool { state.isClosed }
  /// How far what comes, and what goes, had got when it was last looked at.
  package final var receivingMark: ProgressMark {
    get { state.receivingMark }
    set { state.receivingMark = newValue }
  }
  package final var producingMark: ProgressMark {
    get { state.producingMark }
    set { state.producingMark = newValue }
  }
  /// Octets of DATA that have come, and that were produced.
  package final var receivedByteCount: Int { state.receivedByteCount }
  package final var producedByteCount: Int { state.producedByteCount }
  /// Set by `ServerSession.awaitEnd(of:)`.
  package final var awaitsEnd: Bool { state.awaitsEnd }
  /// Octets of DATA given to `write` and not yet produced as frames.
  package final var queuedByteCount: Int { state.outgoing.count }
  /// `queuedByteCount` reached the high-water mark: wait for `writable` before writing more.
  package final var isWriteBlocked: Bool { state.isWriteBlocked }
}
