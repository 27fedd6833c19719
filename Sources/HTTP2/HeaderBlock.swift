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
  /// Size as of RFC 9113 §6.5.2 in octets, to hold against the peer's SETTINGS_MAX_HEADER_LIST_SIZE.
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
      let octets = (memory + count * stride).bindMemory(to: UInt8.self, capacity: builder.bytes.count)
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

/// Collects the fields of a `HeaderBlock`.
package struct HeaderBlockBuilder: ~Copyable {
  struct Field {
    var nameCount: Int
    var valueCount: Int
    var flags: UInt32
  }

  private(set) var fields: [Field] = []
  private(set) var bytes: [UInt8] = []
  package var count: Int { fields.count }
  /// Size as of RFC 9113 §6.5.2, in octets.
  package var byteSize: Int { bytes.count + 32 * fields.count }

  package init() {
    fields.reserveCapacity(6)
    bytes.reserveCapacity(128)
  }

  /// - Parameter isIndexed: false keeps the value out of the peer's HPACK table (RFC 7541 §7.1.3):
  ///   for secrets, and for values that do not come again.
  package mutating func append(_ name: StaticString, _ value: String, isIndexed: Bool = true) {
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    let valueCount = bytes.count - start
    insert(name, at: start, valueCount, isIndexed)
  }

  package mutating func append(_ name: StaticString, _ value: UnsafeRawBufferPointer, isIndexed: Bool = true) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(contentsOf: value)
    note(name.utf8CodeUnitCount, value.count, isIndexed)
  }

  package mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>, isIndexed: Bool = true) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    note(middle - start, bytes.count - middle, isIndexed)
  }
}

extension HeaderBlockBuilder {
  private mutating func insert(_ name: StaticString, at start: Int, _ valueCount: Int, _ isIndexed: Bool) {
    let octets = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    bytes.insert(contentsOf: octets, at: start)
    note(octets.count, valueCount, isIndexed)
  }

  private mutating func note(_ nameCount: Int, _ valueCount: Int, _ isIndexed: Bool) {
    var flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    if !isIndexed { flags |= NGHTTP2_NV_FLAG_NO_INDEX.rawValue }
    fields.append(Field(nameCount: nameCount, valueCount: valueCount, flags: flags))
  }
}
