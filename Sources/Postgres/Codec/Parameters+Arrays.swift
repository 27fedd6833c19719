/// One-dimensional arrays, for `= ANY($n)` and `unnest($n)`; a `nil` element is NULL.
extension Parameters {
  package mutating func uuids(_ values: some Sequence<(high: UInt64, low: UInt64)>) {
    array(ObjectType.uuidArray, of: ObjectType.uuid, values) { bytes, value in
      bytes.appendBigEndian(value.high)
      bytes.appendBigEndian(value.low)
    }
  }

  package mutating func texts(_ values: some Sequence<String>) {
    array(ObjectType.textArray, of: ObjectType.text, values) { $0.appendText($1) }
  }

  package mutating func optionalTexts(_ values: some Sequence<String?>) {
    optionals(ObjectType.textArray, of: ObjectType.text, values) { $0.appendText($1) }
  }

  package mutating func int16s(_ values: some Sequence<Int16>) {
    array(ObjectType.int2Array, of: ObjectType.int2, values) { $0.appendBigEndian($1) }
  }

  package mutating func int32s(_ values: some Sequence<Int32>) {
    array(ObjectType.int4Array, of: ObjectType.int4, values) { $0.appendBigEndian($1) }
  }

  package mutating func int64s(_ values: some Sequence<Int64>) {
    array(ObjectType.int8Array, of: ObjectType.int8, values) { $0.appendBigEndian($1) }
  }

  package mutating func bools(_ values: some Sequence<Bool>) {
    array(ObjectType.boolArray, of: ObjectType.bool, values) { $0.append($1 ? 1 : 0) }
  }

  package mutating func bytesArray(_ values: some Sequence<[UInt8]>) {
    array(ObjectType.byteaArray, of: ObjectType.bytea, values) { $0.append(contentsOf: $1) }
  }

  package mutating func optionalBytesArray(_ values: some Sequence<[UInt8]?>) {
    optionals(ObjectType.byteaArray, of: ObjectType.bytea, values) { $0.append(contentsOf: $1) }
  }

  /// `timestamptz[]` from microseconds since 1970.
  package mutating func timestamps(microseconds values: some Sequence<Int64?>) {
    optionals(ObjectType.timestamptzArray, of: ObjectType.timestamptz, values) {
      $0.appendBigEndian(serverTimestamp($1))
    }
  }

  package mutating func xid8s(_ values: some Sequence<UInt64>) {
    array(ObjectType.xid8Array, of: ObjectType.xid8, values) { $0.appendBigEndian($1) }
  }

  private mutating func array<Element>(
    _ type: UInt32, of elementType: UInt32, _ values: some Sequence<Element>,
    _ append: (inout [UInt8], Element) -> Void
  ) {
    optionals(type, of: elementType, values.lazy.map { Optional($0) }, append)
  }

  /// array_recv's form: dimensions, a NULL flag, the element type, then each element's length and
  /// bytes; an empty array has no dimension.
  private mutating func optionals<Element>(
    _ type: UInt32, of elementType: UInt32, _ values: some Sequence<Element?>,
    _ append: (inout [UInt8], Element) -> Void
  ) {
    open(type) { bytes in
      let start = bytes.count
      bytes.appendBigEndian(UInt32(1))
      bytes.appendBigEndian(UInt32(0))
      bytes.appendBigEndian(elementType)
      bytes.appendBigEndian(UInt32(0))
      bytes.appendBigEndian(UInt32(1))
      var count: UInt32 = 0
      var hasNull = false
      for value in values {
        count &+= 1
        guard let value else {
          hasNull = true
          bytes.appendBigEndian(Int32(-1))
          continue
        }
        let lengthAt = bytes.count
        bytes.appendBigEndian(UInt32(0))
        append(&bytes, value)
        let length = UInt32(truncatingIfNeeded: bytes.count - lengthAt - 4)
        bytes.overwriteBigEndian(length, at: lengthAt)
      }
      guard count > 0 else {
        bytes.overwriteBigEndian(UInt32(0), at: start)
        bytes.removeLast(8)
        return
      }
      bytes.overwriteBigEndian(UInt32(hasNull ? 1 : 0), at: start + 4)
      bytes.overwriteBigEndian(count, at: start + 12)
    }
  }
}

extension [UInt8] {
  fileprivate mutating func overwriteBigEndian(_ value: UInt32, at offset: Int) {
    Swift.withUnsafeBytes(of: value.bigEndian) { source in
      for index in 0..<4 { self[offset + index] = source[index] }
    }
  }
}
