/// A password's hash as the database holds it, a PHC string:
/// `$argon2id$v=19$m=19456,t=2,p=1[,keyid=<base64 of 4 bytes>]$<salt>$<output>`.
/// With a key id, the output is HMAC-SHA-256 of Argon2id's by the ring's pepper.
package struct PasswordHash: Hashable, Sendable {
  /// Why a text is no hash of ours to verify.
  package enum Refusal: Error, Hashable {
    /// No PHC string of Argon2id in its canonical form.
    case malformed
    /// Well-formed, but its cost is past the caps of ``Argon2id/Parameters``.
    case tooCostly
  }

  /// Why a password could be neither accepted nor refused.
  package enum VerifyFailure: Error, Hashable {
    case hashing(Argon2id.Failure)
    /// Peppered by a key that the ring does not hold.
    case unknownKey(UInt32)
  }

  static let textByteCountMax = 512
  private static let saltByteCounts = 8...64
  private static let outputByteCounts = 16...64

  package let parameters: Argon2id.Parameters
  /// The ring's key whose pepper was used; nil for an imported hash without one.
  package let pepperKeyID: UInt32?
  let salt: [UInt8]
  let output: [UInt8]

  /// Hashes under the ring's primary pepper with a fresh salt. Blocks: call it on a ``HashPool``.
  package static func make(
    of password: [UInt8], parameters: Argon2id.Parameters = .standard, ring: KeyRing,
    random: some RandomSource = SecureRandom()
  ) throws(Argon2id.Failure) -> PasswordHash {
    let salt = random.bytes(Argon2id.saltByteCount)
    let output = try Argon2id.hash(password, salt: salt, parameters: parameters)
    let pepper = ring.key(for: .pepper)
    return PasswordHash(
      parameters: parameters, pepperKeyID: ring.primaryKeyID, salt: salt,
      output: HMAC.code(for: output, key: pepper.bytes).bytes)
  }

  /// Compares in constant time. Blocks: call it on a ``HashPool``.
  package func verify(_ password: [UInt8], ring: KeyRing) throws(VerifyFailure) -> Bool {
    let pepper: Key256?
    if let pepperKeyID {
      guard let key = ring.key(for: .pepper, id: pepperKeyID) else {
        throw .unknownKey(pepperKeyID)
      }
      pepper = key
    } else {
      pepper = nil
    }
    let byteCount = pepper == nil ? output.count : Argon2id.outputByteCount
    do throws(Argon2id.Failure) {
      let computed = try Argon2id.hash(
        password, salt: salt, parameters: parameters, byteCount: byteCount)
      guard let pepper else { return ConstantTime.equal(computed, output) }
      return ConstantTime.equal(HMAC.code(for: computed, key: pepper.bytes).bytes, output)
    } catch {
      throw .hashing(error)
    }
  }

  /// Whether the next successful sign-in should hash again: cheaper than policy, or peppered by
  /// no key or by one that is no longer the primary.
  package func isBelow(_ policy: Argon2id.Parameters, ring: KeyRing) -> Bool {
    parameters.memory < policy.memory || parameters.passCount < policy.passCount
      || pepperKeyID != ring.primaryKeyID
  }

  /// The PHC string, at most 512 bytes; parses to an equal value.
  package var text: String {
    var text = "$argon2id$v=19$m=\(parameters.memory),t=\(parameters.passCount)"
    text += ",p=\(parameters.laneCount)"
    if let pepperKeyID {
      var id: [UInt8] = []
      id.append(bigEndian: pepperKeyID)
      text += ",keyid=" + Self.base64(id)
    }
    return text + "$" + Self.base64(salt) + "$" + Self.base64(output)
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes, isPadded: false), as: UTF8.self)
  }
}

extension PasswordHash {
  /// Accepts canonical text within the caps; allocates nothing in proportion to the parameters.
  package init(parsing text: String) throws(Refusal) {
    guard text.utf8.count <= Self.textByteCountMax else { throw .malformed }
    let fields = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0].isEmpty, fields[1].elementsEqual("argon2id".utf8),
      fields[2].elementsEqual("v=19".utf8)
    else { throw .malformed }
    let costs = fields[3].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard costs.count == 3 || costs.count == 4,
      let memory = Self.number(costs[0], named: "m="),
      let passCount = Self.number(costs[1], named: "t="),
      let laneCount = Self.number(costs[2], named: "p=")
    else { throw .malformed }
    var keyID: UInt32?
    if costs.count == 4 {
      guard costs[3].starts(with: "keyid=".utf8),
        let id = Base64.decode(costs[3].dropFirst(6), isPadded: false), id.count == 4
      else { throw .malformed }
      keyID = id.reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard let salt = Base64.decode(fields[4], isPadded: false),
      let output = Base64.decode(fields[5], isPadded: false),
      Self.saltByteCounts.contains(salt.count), Self.outputByteCounts.contains(output.count),
      keyID == nil || output.count == SHA256Digest.byteCount
    else { throw .malformed }
    let parameters = Argon2id.Parameters(
      memory: memory, passCount: passCount, laneCount: laneCount)
    guard let parameters else { throw .tooCostly }
    self.init(parameters: parameters, pepperKeyID: keyID, salt: salt, output: output)
  }

  /// A decimal of at most nine digits without a leading zero.
  private static func number(_ field: Substring.UTF8View, named name: String) -> Int? {
    guard field.starts(with: name.utf8) else { return nil }
    let digits = field.dropFirst(name.utf8.count)
    guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
