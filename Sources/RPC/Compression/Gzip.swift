internal import CZlib

/// The gzip format (RFC 1952) by zlib, one message at a time: every message begins anew and knows
/// nothing of the one before.
///
/// Confined to one thread, whose calls share it. zlib's two states, of 44 and 268 KiB, are made by
/// the first message that needs one and kept.
package final class Gzip {
  package enum Failure: Error, Hashable {
    /// Not gzip, cut off, more than one member, or a checksum that is wrong.
    case corrupt
    /// More bytes than the limit come out of it.
    case tooLarge
    /// zlib got no memory.
    case memoryExhausted
  }

  private var inflater: UnsafeMutablePointer<z_stream>?
  private var deflater: UnsafeMutablePointer<z_stream>?
  private var scratch: UnsafeMutableBufferPointer<UInt8>?

  private static let scratchSize = 64 << 10
  /// Windows of 32 KiB, and the header and trailer of gzip.
  private static let windowBits: CInt = 15 + 16
  /// Level 6 takes 1.1 to 3 times as long as 1 and saves a tenth more.
  private static let level: CInt = 1

  package init() {}

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    if let deflater {
      deflateEnd(deflater)
      deflater.deallocate()
    }
    scratch?.deallocate()
  }

  /// The message that was compressed, of at most `limit` bytes: no more than one byte beyond them
  /// is ever decompressed.
  package func inflate(
    _ bytes: UnsafeRawBufferPointer, limit: Int
  ) throws(Failure) -> [UInt8] {
    guard let stream = readyInflater() else { throw .memoryExhausted }
    guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge }
    let scratch = readyScratch()
    stream.pointee.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = count
    defer { stream.pointee.next_in = nil }
    var message: [UInt8] = []
    while true {
      let room = min(scratch.count, limit &- message.count &+ 1)
      stream.pointee.next_out = scratch.baseAddress
      stream.pointee.avail_out = UInt32(room)
      let code = CZlib.inflate(stream, Z_NO_FLUSH)
      let taken = room - Int(stream.pointee.avail_out)
      guard taken <= limit - message.count else { throw .tooLarge }
      switch code {
      case Z_STREAM_END:
        // A second member would be a second message, and anything else is no gzip.
        guard stream.pointee.avail_in == 0 else { throw .corrupt }
        message.append(contentsOf: scratch[..<taken])
        return message
      case Z_OK where taken > 0:
        message.append(contentsOf: scratch[..<taken])
      case Z_MEM_ERROR:
        throw .memoryExhausted
      default:
        // Z_DATA_ERROR, Z_NEED_DICT, or an end of the input before that of the member.
        throw .corrupt
      }
    }
  }

  /// One member; nil when zlib got no memory.
  package func deflate(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let stream = readyDeflater(), let count = UInt32(exactly: bytes.count) else { return nil }
    let scratch = readyScratch()
    stream.pointee.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = count
    defer { stream.pointee.next_in = nil }
    var packed: [UInt8] = []
    while true {
      stream.pointee.next_out = scratch.baseAddress
      stream.pointee.avail_out = UInt32(scratch.count)
      let code = CZlib.deflate(stream, Z_FINISH)
      packed.append(contentsOf: scratch[..<(scratch.count - Int(stream.pointee.avail_out))])
      if code == Z_STREAM_END { return packed }
      guard code == Z_OK else { return nil }
    }
  }
}

// MARK: - zlib's states

extension Gzip {
  private func readyInflater() -> UnsafeMutablePointer<z_stream>? {
    if let inflater { return inflateReset(inflater) == Z_OK ? inflater : nil }
    let stream = Self.makeStream()
    let size = CInt(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
      stream.deallocate()
      return nil
    }
    inflater = stream
    return stream
  }

  private func readyDeflater() -> UnsafeMutablePointer<z_stream>? {
    if let deflater { return deflateReset(deflater) == Z_OK ? deflater : nil }
    let stream = Self.makeStream()
    let size = CInt(MemoryLayout<z_stream>.size)
    let code = deflateInit2_(
      stream, Self.level, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    guard code == Z_OK else {
      stream.deallocate()
      return nil
    }
    deflater = stream
    return stream
  }

  private static func makeStream() -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    return stream
  }

  private func readyScratch() -> UnsafeMutableBufferPointer<UInt8> {
    if let scratch { return scratch }
    let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Self.scratchSize)
    self.scratch = scratch
    return scratch
  }
}
