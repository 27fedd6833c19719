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
  private let owner: Owner?

  package init(_ builder: borrowing HeaderBlockBuilder) {
    self.init(builder, isImmortal: false)
  }

  package init(_ fields: [(name: StaticString, value: String)]) {
    self.init(fields, isImmortal: false)
  }

  /// A block that is never freed: for the few that are built once.
  package static func immortal(_ fields: [(name: StaticString, value: String)]) -> HeaderBlock {
    HeaderBlock(fields, isImmortal: true)
  }

  private init(_ fields: [(name: StaticString, value: String)], isImmortal: Bool) {
    var builder = HeaderBlockBuilder()
    for field in fields { builder.append(field.name, field.value) }
    self.init(builder, isImmortal: isImmortal)
  }

  /// One allocation: the fields, then their octets.
  private init(_ builder: borrowing HeaderBlockBuilder, isImmortal: Bool) {
    count = builder.count
    byteSize = builder.byteSize
    let fieldsByteCount = builder.count * MemoryLayout<nghttp2_nv>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, fieldsByteCount + builder.bytes.count), alignment: 16)
    fields = memory.bindMemory(to: nghttp2_nv.self, capacity: builder.count)
    var octets = (memory + fieldsByteCount)
      .bindMemory(to: UInt8.self, capacity: builder.bytes.count)
    builder.bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { octets.update(from: start, count: source.count) }
    }
    for index in 0..<builder.count {
      let field = builder.fields[index]
      (fields + index).initialize(
        to: nghttp2_nv(
          name: octets, value: octets + field.nameCount,
          namelen: field.nameCount, valuelen: field.valueCount,
          flags: UInt8(truncatingIfNeeded: field.flags)))
      octets += field.nameCount + field.valueCount
    }
    owner = isImmortal ? nil : Owner(memory)
  }

  /// Frees the block with the last copy of it.
  // Safety: immutable.
  private final class Owner: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer

    init(_ memory: UnsafeMutableRawPointer) {
      self.memory = memory
    }

    deinit {
      memory.deallocate()
    }
  }
}
