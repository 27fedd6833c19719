/// A bearer's secret of 256 random bits. Its text is
/// `roster_<kind>_<home, 2><43 base62><6 base62 CRC-32>`; only its ``hash`` is stored.
/// Prints as `redacted`.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// Why a text is no secret of this installation.
  package enum Refusal: Error, Hashable, CaseIterable {
    /// Not exactly ``Secret/textByteCount`` bytes.
    case length
    /// Does not begin with `roster_<kind>_` of a known kind.
    case kind
    /// A character outside 0-9A-Za-z.
    case alphabet
    /// The CRC-32 is not that of the characters before it: mistyped.
    case checksum
    /// Sound, but of another installation.
    case otherHome
    /// Writes a number of 2²⁵⁶ or more.
    case range
  }

  private static let prefixByteCount = 11
  private static let homeEnd = prefixByteCount + 2
  private static let digitsEnd = homeEnd + Base62.digitCount256
  private static let checksumDigitCount = 6
  /// The one length of every secret's text.
  package static let textByteCount = digitsEnd + checksumDigitCount

  package let kind: SecretKind
  package let home: SecretHome
  private let words: Base62.Words

  /// Draws 256 bits.
  package static func make(
    _ kind: SecretKind, home: SecretHome = .standard, random: some RandomSource = SecureRandom()
  ) -> Secret {
    Secret(
      kind: kind, home: home, words: (random.word(), random.word(), random.word(), random.word()))
  }

  private init(kind: SecretKind, home: SecretHome, words: Base62.Words) {
    self.kind = kind
    self.home = home
    self.words = words
  }

  /// Accepts the one canonical text of a secret of `home` and nothing else.
  package init(
    parsing text: UnsafeRawBufferPointer, home: SecretHome = .standard
  ) throws(Refusal) {
    // 1. Shape, before anything is computed.
    guard text.count == Self.textByteCount else { throw .length }
    let prefix = UnsafeRawBufferPointer(rebasing: text[..<Self.prefixByteCount])
    guard let kind = SecretKind(prefix: prefix) else { throw .kind }
    guard text[Self.prefixByteCount...].allSatisfy(SecretHome.isDigit) else { throw .alphabet }
    // 2. The checksum covers every character before it, so one flipped bit anywhere is refused.
    let covered = UnsafeRawBufferPointer(rebasing: text[..<Self.digitsEnd])
    var expected: [UInt8] = []
    Base62.append(
      UInt64(CRC32.checksum(covered)), digitCount: Self.checksumDigitCount, to: &expected)
    guard text[Self.digitsEnd...].elementsEqual(expected) else { throw .checksum }
    // 3. Only a sound text is told that it belongs elsewhere.
    guard text[Self.prefixByteCount] == home.first, text[Self.prefixByteCount + 1] == home.second
    else { throw .otherHome }
    let digits = UnsafeRawBufferPointer(rebasing: text[Self.homeEnd..<Self.digitsEnd])
    guard let words = Base62.value256(digits) else { throw .range }
    self.init(kind: kind, home: home, words: words)
  }

  package init(parsing text: [UInt8], home: SecretHome = .standard) throws(Refusal) {
    self = try text.span.withUnsafeBytes { text throws(Refusal) in
      try Secret(parsing: text, home: home)
    }
  }

  /// The text to hand to its bearer, once.
  package var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.textByteCount)
    kind.prefix.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(home.first)
    bytes.append(home.second)
    Base62.append(words, to: &bytes)
    let checksum = bytes.withUnsafeBytes { CRC32.checksum($0) }
    Base62.append(UInt64(checksum), digitCount: Self.checksumDigitCount, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// SHA-256 of `roster:v1:<kind>:` and the 32 bytes: what is stored and looked up.
  package var hash: SHA256Digest {
    var computation = SHA256()
    computation.update(kind.hashPrefix)
    SHA256Digest(words: words).withBytes { computation.update($0) }
    return computation.finish()
  }

  package var description: String { "redacted" }
  package var debugDescription: String { "redacted" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
