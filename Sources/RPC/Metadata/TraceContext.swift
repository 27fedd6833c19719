/// The place of one call in a distributed trace (W3C Trace Context, level 1).
package struct TraceContext: Hashable, Sendable {
  /// The 16 octets of trace-id as two big-endian halves; never both zero.
  package let traceHigh: UInt64
  package let traceLow: UInt64
  /// Of this call, or of its parent when it was just parsed; never zero.
  package let spanID: UInt64
  /// The caller records this trace.
  package let isSampled: Bool

  package init(traceHigh: UInt64, traceLow: UInt64, spanID: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// Reads a value of `traceparent` (§3.2.2); nil for one that must be ignored.
  package init?(parsing value: UnsafeRawBufferPointer) {
    // 1. version "-" trace-id "-" parent-id "-" flags, with more after it only in later versions.
    guard value.count >= 55, let version = Self.hexadecimal(value[0..<2]), version != 0xFF,
      value.count == 55 || (version > 0 && value[55] == Self.dash),
      value[2] == Self.dash, value[35] == Self.dash, value[52] == Self.dash
    else { return nil }
    // 2. Lower-case digits only, and no id of zeros alone.
    guard let high = Self.hexadecimal(value[3..<19]), let low = Self.hexadecimal(value[19..<35]),
      let parent = Self.hexadecimal(value[36..<52]), let flags = Self.hexadecimal(value[53..<55]),
      high != 0 || low != 0, parent != 0
    else { return nil }
    self.init(traceHigh: high, traceLow: low, spanID: parent, isSampled: flags & 1 == 1)
  }

  /// Begins a trace.
  package static func begin(
    using random: inout some RandomNumberGenerator
  ) -> TraceContext {
    TraceContext(
      traceHigh: random.next(), traceLow: random.next() | 1, spanID: random.next() | 1,
      isSampled: false)
  }

  /// A span of the same trace whose parent is this one.
  package func child(using random: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(
      traceHigh: traceHigh, traceLow: traceLow, spanID: random.next() | 1, isSampled: isSampled)
  }

  /// 32 digits.
  package var traceIDText: String { Self.text(traceHigh) + Self.text(traceLow) }

  /// 16 digits.
  package var spanIDText: String { Self.text(spanID) }

  /// The 16 octets of trace-id.
  package var traceID: [UInt8] {
    withUnsafeBytes(of: (traceHigh.bigEndian, traceLow.bigEndian)) { Array($0) }
  }

  /// The value of `traceparent` for those that this call calls.
  package var traceparent: String {
    "00-\(traceIDText)-\(spanIDText)-\(isSampled ? "01" : "00")"
  }

  private static let dash = UInt8(ascii: "-")

  private static func hexadecimal(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }

  private static func text(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

// MARK: - What the caller said

extension RequestMetadata {
  /// The parent that the caller named; nil without one, with several, and with a malformed one,
  /// each of which begins a new trace and is never an error.
  package var traceParent: TraceContext? {
    guard let value = self["traceparent"], count("traceparent") == 1 else { return nil }
    return TraceContext(parsing: value)
  }

  /// The vendors' part of the trace, of all fields together; nil when there is none, when it is
  /// malformed (§3.3.1: drop it whole), and without a sound parent.
  package var traceState: String? {
    guard traceParent != nil else { return nil }
    let text = all("tracestate").joined(separator: ",")
    return TraceState.isValid(text) ? text : nil
  }
}

/// The grammar of `tracestate` (§3.3).
package enum TraceState {
  package static let membersMax = 32
  /// Vendors should propagate at least this much; what is longer is dropped whole.
  package static let byteCountMax = 512

  /// Whether `text` holds at least one member and nothing that is none.
  package static func isValid(_ text: String) -> Bool {
    guard text.utf8.count <= byteCountMax else { return false }
    var keys: Set<Substring> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let member = part.trimmingBlanks
      if member.isEmpty { continue }
      guard let equals = member.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
      let (key, value) = (member[..<equals], member[member.utf8.index(after: equals)...])
      guard isKey(key), isValue(value), keys.insert(key).inserted else { return false }
    }
    return (1...membersMax).contains(keys.count)
  }

  private static func isKey(_ key: Substring) -> Bool {
    let parts = key.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return isName(parts[0], lengthMax: 256, mayBeginWithDigit: false)
    case 2:
      return isName(parts[0], lengthMax: 241, mayBeginWithDigit: true)
        && isName(parts[1], lengthMax: 14, mayBeginWithDigit: false)
    default: return false
    }
  }

  private static func isName(
    _ name: Substring.UTF8View, lengthMax: Int, mayBeginWithDigit: Bool
  ) -> Bool {
    guard let first = name.first, name.count <= lengthMax else { return false }
    let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard isLetter(first) || (mayBeginWithDigit && isDigit(first)) else { return false }
    return name.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
  }

  private static func isValue(_ value: Substring) -> Bool {
    guard value.utf8.count <= 256, value.utf8.last != 0x20 else { return false }
    return value.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var rest = self
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}
