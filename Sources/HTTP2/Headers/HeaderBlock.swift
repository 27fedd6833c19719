internal import CNghttp2

/// A header list to send: fields over storage that stays where it is. A block built by
/// `immortal` is shared for the life of the process without reference counting; others live as
/// long as a copy of them does. Sessions keep the blocks given to them until they are sent.
///
/// Names must be lower case; a pseudo-header field comes before regular ones (RFC 9113 §8.3).
package struct HeaderBlock: Sendable {
  // Safety: never written after init, freed only with its owner.
  nonisolated(unsafe) let fields: UnsafeMutablePointer<nghttp2_nv>
  package let count: Int
  /// Size as of RFC 9113 §6.5.2 in octets, to hold against `Session.peerHeaderListMax`.
  package let byteSize: Int
  private let owner: Storage?

  private init(_ storage: Storage, isImmortal: Bool) {
    fields = storage.fields
    count = storage.count
    byteSize = storage.byteSize
    owner = isImmortal ? nil : storage
    if isImmortal { _ = Unmanaged.passRetained(storage) }
  }

  package init(_ builder: borrowing HeaderBlockBuilder) {
    self.init(Storage(builder), isImmortal: false)
  }

  package init(_ fields: [(name: StaticString, value: String)]) {
    var builder = HeaderBlockBuilder()
    for field in fields { builder.append(field.name, field.value) }
    self.init(builder)
  }

  /// A block that is never freed: for the few that are built once.
  package static func immortal(_ fields: [(name: StaticString, value: String)]) -> HeaderBlock {
    var builder = HeaderBlockBuilder()
    for field in fields { builder.append(field.name, field.value) }
    return HeaderBlock(Storage(builder), isImmortal: true)
  }

  /// One allocation: the fields, then their octets.
  // Safety: never written after init.
  private final class Storage: @unchecked Sendable {
    let fields: UnsafeMutablePointer<nghttp2_nv>
    let count: Int
    let byteSize: Int
    private let memory: UnsafeMutableRawPointer

    init(_ builder: borrowing HeaderBlockBuilder) {
      let stride = MemoryLayout<nghttp2_nv>.stride
      count = builder.count
      byteSize = builder.byteSize
      memory = .allocate(byteCount: max(1, count * stride + builder.bytes.count), alignment: 16)
      fields = memory.bindMemory(to: nghttp2_nv.self, capacity: count)
      let octets = (memory + count * stride)
        .bindMemory(to: UInt8.self, capacity: builder.bytes.count)
      builder.bytes.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { octets.update(from: start, count: source.count) }
      }
      var offset = 0
      for index in 0..<count {
        let field = builder.fields[index]
        let flags = UInt8(truncatingIfNeeded: field.flags)
        (fields + index).initialize(
          to: nghttp2_nv(
            name: octets + offset, value: octets + offset + field.nameCount,
            namelen: field.nameCount, valuelen: field.valueCount, flags: flags))
        offset += field.nameCount + field.valueCount
      }
    }

    deinit {
      memory.deallocate()
    }
  }
}
