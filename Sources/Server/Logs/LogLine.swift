import Glibc

/// Builds one line of the log: a JSON object that no input can break out of.
///
/// Control characters, U+2028 and U+2029 are escaped, bytes that aren't UTF-8 become U+FFFD, and
/// text is cut at ``textSizeMax`` bytes on a character's boundary (R-SEC-4).
struct LogLine {
  /// In bytes of UTF-8, before escapes.
  static let textSizeMax = 256

  private(set) var bytes: [UInt8] = []

  /// Begins with the three fields every line has.
  /// - Parameter microseconds: since 1970, UTC.
  init(microseconds: Int64, level: String, event: String) {
    bytes.reserveCapacity(256)
    bytes.append(contentsOf: #"{"ts":""#.utf8)
    appendInstant(microseconds)
    bytes.append(UInt8(ascii: "\""))
    append("level", text: level)
    append("event", text: event)
  }

  mutating func append(_ name: String, text: String) {
    appendName(name)
    appendQuoted(text)
  }

  mutating func append(_ name: String, number: String) {
    appendName(name)
    bytes.append(contentsOf: number.utf8)
  }

  /// The line with its end; nothing may be appended after.
  consuming func finished() -> [UInt8] {
    bytes.append(contentsOf: "}\n".utf8)
    return bytes
  }

  private mutating func appendName(_ name: String) {
    bytes.append(UInt8(ascii: ","))
    appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var room = Self.textSizeMax
    for scalar in text.unicodeScalars {
      let size = UTF8.width(scalar)
      guard size <= room else {
        bytes.append(contentsOf: "…".utf8)
        break
      }
      room -= size
      appendEscaped(scalar)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22, 0x5C:
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
      let digits = String(scalar.value, radix: 16)
      bytes.append(contentsOf: "\\u".utf8)
      bytes.append(contentsOf: String(repeating: "0", count: 4 - digits.utf8.count).utf8)
      bytes.append(contentsOf: digits.utf8)
    default:
      bytes.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    }
  }

  /// RFC 3339 with microseconds: `2026-11-21T23:05:00.123456Z`.
  private mutating func appendInstant(_ microseconds: Int64) {
    let seconds = microseconds / 1_000_000
    let day = seconds / 86_400
    let second = Int(seconds % 86_400)
    let date = CivilDate(daysSince1970: Int(day))
    appendDigits(date.year, 4)
    bytes.append(UInt8(ascii: "-"))
    appendDigits(date.month, 2)
    bytes.append(UInt8(ascii: "-"))
    appendDigits(date.day, 2)
    bytes.append(UInt8(ascii: "T"))
    appendDigits(second / 3600, 2)
    bytes.append(UInt8(ascii: ":"))
    appendDigits(second / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    appendDigits(second % 60, 2)
    bytes.append(UInt8(ascii: "."))
    appendDigits(Int(microseconds % 1_000_000), 6)
    bytes.append(UInt8(ascii: "Z"))
  }

  private mutating func appendDigits(_ value: Int, _ width: Int) {
    let digits = String(value)
    for _ in 0..<max(0, width - digits.utf8.count) { bytes.append(UInt8(ascii: "0")) }
    bytes.append(contentsOf: digits.utf8)
  }
}

/// A day of the Gregorian calendar, from days since 1970 (0 or later).
package struct CivilDate: Hashable {
  package let year: Int
  package let month: Int
  package let day: Int

  /// Counts in years that begin in March, so that a leap day is a year's last.
  package init(daysSince1970 days: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
