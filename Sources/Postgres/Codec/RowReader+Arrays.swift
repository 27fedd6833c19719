/// One-dimensional arrays; NULL, as an array or as an element, is undecodable.
extension RowReader {
  package func uuids(_ column: Int) throws(DatabaseError) -> [(high: UInt64, low: UInt64)] {
    try array(column, ObjectType.uuidArray, length: 16) {
      (loadBigEndian($0, 0), loadBigEndian($0, 8))
    }
  }

  package func texts(_ column: Int) throws(DatabaseError) -> [String] {
    let type = try columnType(column)
    guard
      type == ObjectType.textArray || type == ObjectType.varcharArray
        || type == ObjectType.nameArray
    else { throw mistyped(column, type) }
    return try array(column, type, length: nil) {
      (value) throws(DatabaseError) in try decodeText(value, column)
    }
  }

  package func int16s(_ column: Int) throws(DatabaseError) -> [Int16] {
    try array(column, ObjectType.int2Array, length: 2) { loadBigEndian($0, 0) }
  }

  package func int32s(_ column: Int) throws(DatabaseError) -> [Int32] {
    try array(column, ObjectType.int4Array, length: 4) { loadBigEndian($0, 0) }
  }

  package func int64s(_ column: Int) throws(DatabaseError) -> [Int64] {
    try array(column, ObjectType.int8Array, length: 8) { loadBigEndian($0, 0) }
  }

  package func bytesArray(_ column: Int) throws(DatabaseError) -> [[UInt8]] {
    try array(column, ObjectType.byteaArray, length: nil) { [UInt8]($0) }
  }

  /// array_send's form: dimensions, a NULL flag, the element type, then for each dimension its
  /// size and lower bound, then each element's length and bytes.
  private func array<Element>(
    _ column: Int, _ type: UInt32, length: Int?,
    _ decode: (UnsafeRawBufferPointer) throws(DatabaseError) -> Element
  ) throws(DatabaseError) -> [Element] {
    guard let bytes = try value(column, type, length: nil) else {
      throw .undecodable(column: column, reason: "NULL")
    }
    let malformed = DatabaseError.undecodable(column: column, reason: "malformed array")
    guard bytes.count >= 12 else { throw malformed }
    let dimensions: Int32 = loadBigEndian(bytes, 0)
    if dimensions == 0 { return [] }
    guard dimensions == 1, bytes.count >= 20 else { throw malformed }
    let count: Int32 = loadBigEndian(bytes, 12)
    // An element takes at least the four bytes of its length.
    guard count >= 0, Int(count) <= (bytes.count - 20) / 4 else { throw malformed }
    var elements: [Element] = []
    elements.reserveCapacity(Int(count))
    var offset = 20
    for _ in 0..<count {
      guard bytes.count - offset >= 4 else { throw malformed }
      let size = Int(loadBigEndian(bytes, offset) as Int32)
      offset += 4
      guard size >= 0, size <= bytes.count - offset, length == nil || size == length else {
        throw malformed
      }
      elements.append(
        try decode(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size])))
      offset += size
    }
    return elements
  }
}
