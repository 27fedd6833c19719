import Crypto
import Testing

@Suite struct `The text of a secret` {
  static func isAccepted(_ text: [UInt8]) -> Bool {
    (try? Secret(parsing: text)) != nil
  }

  @Test func `is its kind, home, 43 digits and a checksum`() throws {
    let secret = Secret.make(.service, random: SeededRandom(seed: 1))
    let text = secret.text
    #expect(text.hasPrefix("roster_svc_00"))
    #expect(text.utf8.count == 62)
    #expect(Secret.textByteCount == 62)
    let parsed = try Secret(parsing: Array(text.utf8))
    #expect(parsed.kind == .service)
    #expect(parsed.home == .standard)
    #expect(parsed.text == text)
    #expect(parsed.hash == secret.hash)
  }

  struct Constant: RandomSource {
    let byte: UInt8
    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
      for index in buffer.indices { buffer[index] = byte }
    }
  }

  @Test func `pads the smallest number and holds the largest`() throws {
    let smallest = Secret.make(.key, random: Constant(byte: 0)).text
    #expect(smallest.hasPrefix("roster_key_00" + String(repeating: "0", count: 43)))
    let largest = Secret.make(.key, random: Constant(byte: 255)).text
    #expect(largest.hasPrefix("roster_key_00yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1"))
    #expect(try Secret(parsing: Array(smallest.utf8)).text == smallest)
    #expect(try Secret(parsing: Array(largest.utf8)).text == largest)
  }

  @Test func `of each kind is read as that kind, and hashes apart`() throws {
    var hashes: Set<SHA256Digest> = []
    for kind in SecretKind.allCases {
      let secret = Secret.make(kind, random: SeededRandom(seed: 2))
      #expect(try Secret(parsing: Array(secret.text.utf8)).kind == kind)
      hashes.insert(secret.hash)
    }
    #expect(hashes.count == 9)
    #expect(
      SecretKind.allCases.map(\.rawValue)
        == ["svc", "ses", "ref", "key", "inv", "rst", "eml", "dir", "dev"])
  }

  @Test func `hashes as SHA-256 of kind and bytes`() {
    let secret = Secret.make(.session, random: Constant(byte: 0xAB))
    let preimage = Array("roster:v1:ses:".utf8) + [UInt8](repeating: 0xAB, count: 32)
    #expect(secret.hash == SHA256.hash(preimage))
  }

  @Test func `never prints`() {
    let secret = Secret.make(.session)
    #expect("\(secret)" == "redacted")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("words"))
  }
}

@Suite struct `A secret's text is refused` {
  func refusal(_ text: String) -> Secret.Refusal? {
    do throws(Secret.Refusal) {
      _ = try Secret(parsing: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test func `for its length, kind, alphabet and checksum`() {
    let text = Secret.make(.service, random: SeededRandom(seed: 1)).text
    #expect(refusal("") == .length)
    #expect(refusal(String(text.dropLast())) == .length)
    #expect(refusal(text + "0") == .length)
    #expect(refusal("roster_abc_" + text.dropFirst(11)) == .kind)
    #expect(refusal("Roster_svc_" + text.dropFirst(11)) == .kind)
    #expect(refusal("roster_svc_-0" + text.dropFirst(13)) == .alphabet)
    #expect(refusal(String(text.dropLast()) + "_") == .alphabet)
    #expect(refusal("roster_ses_" + text.dropFirst(11)) == .checksum)
    #expect(refusal(String(text.dropLast(6)) + "000000") == .checksum)
  }

  @Test func `with its own reason when it belongs to another installation`() throws {
    let home = try #require(SecretHome("z9"))
    let text = Secret.make(.service, home: home, random: SeededRandom(seed: 1)).text
    #expect(text.hasPrefix("roster_svc_z9"))
    #expect(refusal(text) == .otherHome)
    #expect(try Secret(parsing: Array(text.utf8), home: home).home == home)
    #expect(SecretHome("0") == nil)
    #expect(SecretHome("0_") == nil)
    #expect(SecretHome("000") == nil)
  }

  @Test func `when its number passes 256 bits, though its checksum holds`() {
    let overflow = "roster_svc_00" + String(repeating: "z", count: 43)
    #expect(refusal(overflow + checksum(of: overflow)) == .range)
    let onePast = "roster_svc_00yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp2"
    #expect(refusal(onePast + checksum(of: onePast)) == .range)
    let largest = "roster_svc_00yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1"
    #expect(refusal(largest + checksum(of: largest)) == nil)
  }

  /// An independent CRC-32, bit by bit, in base 62.
  func checksum(of text: String) -> String {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in text.utf8 {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    value = ~value
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    var digits = ""
    for _ in 0..<6 {
      digits = String(alphabet[Int(value % 62)]) + digits
      value /= 62
    }
    return digits
  }

  @Test func `after every cut, insertion, change of case and flipped bit of 1,000 secrets`() {
    let random = SeededRandom(seed: 42)
    let kinds = SecretKind.allCases
    var accepted: [String] = []
    for index in 0..<1_000 {
      let text = Array(Secret.make(kinds[index % kinds.count], random: random).text.utf8)
      guard `The text of a secret`.isAccepted(text) else {
        accepted.append("a sound secret was refused")
        continue
      }
      for altered in Self.alterations(of: text) where `The text of a secret`.isAccepted(altered) {
        accepted.append(String(decoding: altered, as: UTF8.self))
      }
    }
    #expect(accepted.isEmpty)
  }

  static func alterations(of text: [UInt8]) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for index in text.indices {
      var cut = text
      cut.remove(at: index)
      all.append(cut)
      for bit in 0..<8 {
        var flipped = text
        flipped[index] ^= 1 << UInt8(bit)
        all.append(flipped)
      }
    }
    for index in 0...text.count {
      for byte in [UInt8(0), 0x0A, 0x20, 0x30, 0x7A] {
        var longer = text
        longer.insert(byte, at: index)
        all.append(longer)
      }
    }
    let string = String(decoding: text, as: UTF8.self)
    all.append(Array(string.uppercased().utf8))
    let lowered = Array(string.lowercased().utf8)
    if lowered != text { all.append(lowered) }
    return all
  }
}
