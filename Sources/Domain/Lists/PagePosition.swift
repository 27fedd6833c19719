/// Where a page of a list ended: the last row's sort value and id.
package struct PagePosition: Hashable, Sendable {
  package enum Key: Hashable, Sendable {
    /// The list is in the order of its ids.
    case none
    case text(String)
    case bool(Bool)
    /// Nil: the row has no such instant.
    case time(Timestamp?)
    case number(Int64)
  }

  package let key: Key
  package let id: UUID128

  package init(_ key: Key = .none, id: UUID128) {
    self.key = key
    self.id = id
  }

  /// 16 bytes of id, a byte that names the kind of key, and the key.
  package var bytes: [UInt8] {
    let id = bigEndian(id.high) + bigEndian(id.low)
    return switch key {
    case .none: id + [0]
    case .text(let text): id + [1] + Array(text.utf8)
    case .bool(let value): id + [2, value ? 1 : 0]
    case .time(nil): id + [3]
    case .time(let instant?): id + [4] + bigEndian(instant.microseconds)
    case .number(let number): id + [5] + bigEndian(number)
    }
  }

  /// Reads what ``bytes`` gave; nil for anything else.
  package init?(bytes: [UInt8]) {
    guard bytes.count >= 17 else { return nil }
    let id = UUID128(high: word(bytes, 0), low: word(bytes, 8))
    let rest = bytes[17...]
    switch (bytes[16], rest.count) {
    case (0, 0): self.init(.none, id: id)
    case (1, _):
      guard let text = String(validating: rest, as: UTF8.self) else { return nil }
      self.init(.text(text), id: id)
    case (2, 1):
      guard bytes[17] <= 1 else { return nil }
      self.init(.bool(bytes[17] == 1), id: id)
    case (3, 0): self.init(.time(nil), id: id)
    case (4, 8):
      self.init(
        .time(Timestamp(microseconds: Int64(bitPattern: word(bytes, 17)))), id: id)
    case (5, 8): self.init(.number(Int64(bitPattern: word(bytes, 17))), id: id)
    default: return nil
    }
  }
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

private func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
  bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
}
