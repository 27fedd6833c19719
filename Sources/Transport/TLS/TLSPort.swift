internal import COpenSSL
internal import HTTP2

/// Where the sessions of one loop read what came sealed and write what goes out sealed: buffers of
/// the loop instead of a socket, so that a turn costs one `recv` and one `send` however many
/// records it moves. One session uses it at a time, and leaves it empty.
final class TLSPort {
  /// What is left of the bytes of the connection at hand.
  var input = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Records on their way to the socket of the connection at hand.
  var output = OutputBuffer(capacity: 128 << 10)
  /// Records opened, before the session's layer above takes them.
  let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

  private var user: ObjectIdentifier?

  deinit { plaintext.deallocate() }

  /// Whatever another session left behind is dropped: nobody gets bytes of somebody else's, however
  /// that one ended.
  func claim(_ session: TLSSession) {
    let user = ObjectIdentifier(session)
    guard self.user != user else { return }
    self.user = user
    input = UnsafeRawBufferPointer(start: nil, count: 0)
    output.removeAll()
  }

  /// For a session that ends: the next one may have its address.
  func release(_ session: TLSSession) {
    guard user == ObjectIdentifier(session) else { return }
    user = nil
    input = UnsafeRawBufferPointer(start: nil, count: 0)
    output.removeAll()
  }

  /// Makes `ssl`, which must not outlive the port, read and write here.
  func attach(_ ssl: OpaquePointer) {
    guard let method = Self.method, let bio = BIO_new(method) else {
      // Never nil unless memory is exhausted.
      preconditionFailure("libcrypto is out of memory")
    }
    BIO_set_init(bio, 1)
    BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    // Takes the one reference for both directions.
    SSL_set_bio(ssl, bio, bio)
  }

  private static func port(of bio: OpaquePointer?) -> TLSPort? {
    BIO_get_data(bio).map { Unmanaged<TLSPort>.fromOpaque($0).takeUnretainedValue() }
  }

  // Safety: written once before the first use, and only read by OpenSSL afterwards.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "roster loop")
    BIO_meth_set_write(method) { bio, bytes, count in
      openssl_bio_settle(bio)
      guard let port = TLSPort.port(of: bio), let bytes, count > 0 else { return -1 }
      port.output.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      return count
    }
    BIO_meth_set_read(method) { bio, bytes, count in
      openssl_bio_settle(bio)
      guard let port = TLSPort.port(of: bio), let bytes, count > 0 else { return -1 }
      guard let start = port.input.baseAddress, !port.input.isEmpty else {
        openssl_bio_retry_read(bio)
        return -1
      }
      let taken = min(Int(count), port.input.count)
      UnsafeMutableRawPointer(bytes).copyMemory(from: start, byteCount: taken)
      port.input = UnsafeRawBufferPointer(rebasing: port.input[taken...])
      return CInt(taken)
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in
      command == BIO_CTRL_FLUSH ? 1 : 0
    }
    return method
  }()
}
