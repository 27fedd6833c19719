/// Fixed-width numbers over 0-9A-Za-z, most significant digit first, left-padded with 0.
enum Base62 {
  typealias Words = (UInt64, UInt64, UInt64, UInt64)

  /// Digits of 256 bits: 62⁴³ > 2²⁵⁶ > 62⁴².
  static let digitCount256 = 43
  /// 62¹⁰, the largest power of 62 below 2⁶⁴.
  private static let chunk: UInt64 = 839_299_365_868_340_224
  private static let chunkDigitCount = 10
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// The low `count` digits of a number.
  static func append(_ value: UInt64, digitCount count: Int, to text: inout [UInt8]) {
    var rest = value
    let start = text.count
    text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    for position in stride(from: start + count - 1, through: start, by: -1) {
      text[position] = alphabet[Int(rest % 62)]
      rest /= 62
    }
  }

  /// The 43 digits of a 256-bit number whose first word is the most significant.
  static func append(_ value: Words, to text: inout [UInt8]) {
    var limbs = [value.0, value.1, value.2, value.3]
    var chunks: [UInt64] = []
    for _ in 0..<5 {
      var remainder: UInt64 = 0
      for index in limbs.indices {
        (limbs[index], remainder) = chunk.dividingFullWidth((remainder, limbs[index]))
      }
      chunks.append(remainder)
    }
    append(chunks[4], digitCount: digitCount256 - 4 * chunkDigitCount, to: &text)
    for index in [3, 2, 1, 0] { append(chunks[index], digitCount: chunkDigitCount, to: &text) }
  }

  /// The number that 43 digits write; nil for a foreign character or a number of 2²⁵⁶ or more.
  static func value256(_ digits: UnsafeRawBufferPointer) -> Words? {
    guard digits.count == digitCount256 else { return nil }
    var words: Words = (0, 0, 0, 0)
    var start = 0
    var end = digitCount256 - 4 * chunkDigitCount
    while start < digitCount256 {
      guard let part = value64(UnsafeRawBufferPointer(rebasing: digits[start..<end])) else {
        return nil
      }
      guard multiplyByChunk(&words, adding: part) else { return nil }
      start = end
      end += chunkDigitCount
    }
    return words
  }

  private static func value64(_ digits: UnsafeRawBufferPointer) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value &* 62 &+ UInt64(digit &- UInt8(ascii: "0"))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        value = value &* 62 &+ UInt64(digit &- UInt8(ascii: "A") &+ 10)
      case UInt8(ascii: "a")...UInt8(ascii: "z"):
        value = value &* 62 &+ UInt64(digit &- UInt8(ascii: "a") &+ 36)
      default: return nil
      }
    }
    return value
  }

  /// False when the result passes 256 bits.
  private static func multiplyByChunk(_ words: inout Words, adding part: UInt64) -> Bool {
    var carry = part
    multiply(&words.3, &carry)
    multiply(&words.2, &carry)
    multiply(&words.1, &carry)
    multiply(&words.0, &carry)
    return carry == 0
  }

  private static func multiply(_ word: inout UInt64, _ carry: inout UInt64) {
    let (high, low) = word.multipliedFullWidth(by: chunk)
    let (sum, isOver) = low.addingReportingOverflow(carry)
    word = sum
    // high is at most 2⁶⁴ - 2, so the carry fits.
    carry = high &+ (isOver ? 1 : 0)
  }
}
