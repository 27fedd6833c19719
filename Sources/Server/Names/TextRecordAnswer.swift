/// Reads the TXT records of a DNS answer (RFC 1035 §4.1). The bytes are a stranger's.
enum TextRecordAnswer {
  private static let headerByteCount = 12
  private static let textType = 16

  /// The text of each TXT record, its character-strings joined (§3.3.14); nil when the bytes are
  /// no answer.
  static func texts(of bytes: [UInt8]) -> [String]? {
    guard bytes.count >= headerByteCount else { return nil }
    var reader = Reader(bytes: bytes, offset: headerByteCount)
    for _ in 0..<number(bytes, 4) {
      guard reader.skipName(), reader.skip(4) else { return nil }
    }
    var texts: [String] = []
    for _ in 0..<number(bytes, 6) {
      guard reader.skipName(), let type = reader.readNumber(), reader.skip(6),
        let length = reader.readNumber(), let data = reader.read(length)
      else { return nil }
      guard type == textType else { continue }
      guard let text = text(of: data) else { return nil }
      texts.append(text)
    }
    return texts
  }

  private static func text(of data: ArraySlice<UInt8>) -> String? {
    var text: [UInt8] = []
    var rest = data
    while let length = rest.popFirst() {
      guard rest.count >= Int(length) else { return nil }
      text += rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
    Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset: Int

    /// Labels, or a pointer to others, which ends a name (§4.1.4); nobody follows it.
    mutating func skipName() -> Bool {
      while offset < bytes.count {
        let length = Int(bytes[offset])
        if length == 0 { return skip(1) }
        if length & 0xC0 == 0xC0 { return skip(2) }
        guard length < 0x40, skip(1 + length) else { return false }
      }
      return false
    }

    mutating func skip(_ count: Int) -> Bool {
      guard count <= bytes.count - offset else { return false }
      offset += count
      return true
    }

    mutating func readNumber() -> Int? {
      let start = offset
      return skip(2) ? TextRecordAnswer.number(bytes, start) : nil
    }

    mutating func read(_ count: Int) -> ArraySlice<UInt8>? {
      let start = offset
      return skip(count) ? bytes[start..<offset] : nil
    }
  }
}
