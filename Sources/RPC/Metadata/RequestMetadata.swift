package import HTTP2

/// The metadata of a request: a list with duplicates, in the order in which it came.
///
/// A view: nothing is copied until it is asked for. Bytes lent by it live as long as its call.
package struct RequestMetadata {
  private let headers: HeaderList

  package init(_ headers: HeaderList) {
    self.headers = headers
  }

  /// The first value of that name, as it came; valid as long as the call is held.
  package subscript(name: StaticString) -> UnsafeRawBufferPointer? {
    headers.firstValue(named: name)
  }

  /// The first value of that name; nil when it is absent or no UTF-8.
  package func text(_ name: StaticString) -> String? {
    headers.firstValue(named: name).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// How many values have that name.
  package func count(_ name: StaticString) -> Int {
    var count = 0
    for index in 0..<headers.count where headers.name(at: index).equals(name) { count += 1 }
    return count
  }

  /// Every value of that name, as they came.
  package func all(_ name: StaticString) -> [String] {
    var values: [String] = []
    for index in 0..<headers.count where headers.name(at: index).equals(name) {
      values.append(String(decoding: headers.value(at: index), as: UTF8.self))
    }
    return values
  }

  /// Every value of a name that ends in `-bin`, decoded. A comma separates values, too.
  package func binary(_ name: StaticString) -> [[UInt8]] {
    var values: [[UInt8]] = []
    for index in 0..<headers.count where headers.name(at: index).equals(name) {
      values += BinaryValue.decode(headers.value(at: index)) ?? []
    }
    return values
  }

  /// `:authority`, or else `host` (RFC 9113 §8.3.1).
  package var authority: UnsafeRawBufferPointer {
    if headers.authority.isEmpty, let host = headers.firstValue(named: "host") { return host }
    return headers.authority
  }

  /// Everything a handler may see, without what belongs to the protocol; binary values are still
  /// in base64.
  package var fields: [(name: String, value: [UInt8])] {
    var fields: [(name: String, value: [UInt8])] = []
    for index in 0..<headers.count {
      let name = headers.name(at: index)
      guard MetadataName.isValid(name), !MetadataName.isReserved(name) else { continue }
      fields.append((String(decoding: name, as: UTF8.self), Array(headers.value(at: index))))
    }
    return fields
  }
}

/// The value of a field whose name ends in `-bin`.
package enum BinaryValue {
  /// The values between its commas; nil when one of them is no base64.
  package static func decode(_ value: UnsafeRawBufferPointer) -> [[UInt8]]? {
    var values: [[UInt8]] = []
    for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let decoded = Base64.decode(part.trimmed) else { return nil }
      values.append(decoded)
    }
    return values
  }
}

extension Slice<UnsafeRawBufferPointer> {
  /// Without the spaces and tabs around it, which may stand beside a comma (RFC 9110 §5.6.1).
  var trimmed: Slice<UnsafeRawBufferPointer> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let start = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return self[startIndex..<startIndex] }
    return self[start...last]
  }
}
