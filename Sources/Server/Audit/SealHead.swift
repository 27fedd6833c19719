package import Crypto
package import Domain

/// The newest seal of an organization as it was at one moment, signed: a line of the file of heads,
/// which stands where whoever writes to the database can't.
///
/// A JSON object: `organization_id`, `seal_no`, `digest` and `mac` (hexadecimal), `key_id`, `time`
/// (microseconds since 1970 UTC) and `previous`, the `mac` of the line before; empty on the first.
package struct SealHead: Hashable, Sendable {
  package let organization: OrganizationID
  package let number: Int64
  package let digest: [UInt8]
  package let at: Timestamp
  package let previousCode: [UInt8]
  package let keyID: UInt32
  /// HMAC-SHA-256 by the ring's `seal` key.
  package let code: [UInt8]

  /// Signs a head.
  /// - Parameter previousCode: of the line before; empty: this is the first.
  package init(
    _ seal: EventSeal, at instant: Timestamp, after previousCode: [UInt8], _ ring: KeyRing
  ) {
    organization = seal.organization
    number = seal.number
    digest = seal.digest
    at = instant
    self.previousCode = previousCode
    keyID = ring.primaryKeyID
    code = Self.code(
      seal.organization, seal.number, seal.digest, instant, previousCode, ring.key(for: .seal))
  }

  /// Reads a line; nil for anything but what ``line`` gives.
  package init?(line: String) {
    guard case .object(let members) = JSONValue(line),
      case .string(let organization) = members["organization_id"],
      let organization = OrganizationID(canonical: organization),
      case .number(let number) = members["seal_no"], let number = Int64(exactly: number),
      case .number(let time) = members["time"], let time = Int64(exactly: time),
      case .number(let keyID) = members["key_id"], let keyID = UInt32(exactly: keyID),
      let digest = Self.bytes(members["digest"]), let code = Self.bytes(members["mac"]),
      let previous = Self.bytes(members["previous"]), members.count == 7
    else { return nil }
    self.organization = organization
    self.number = number
    self.digest = digest
    at = Timestamp(microseconds: time)
    previousCode = previous
    self.keyID = keyID
    self.code = code
  }

  /// Without its newline.
  package var line: String {
    JSONValue.object([
      "organization_id": .string(organization.text), "seal_no": .number(Double(number)),
      "digest": .string(Self.text(digest)), "time": .number(Double(at.microseconds)),
      "key_id": .number(Double(keyID)), "previous": .string(Self.text(previousCode)),
      "mac": .string(Self.text(code)),
    ]).text
  }

  /// Whether a key of the ring signed exactly this.
  package func isSigned(by ring: KeyRing) -> Bool {
    guard let key = ring.key(for: .seal, id: keyID) else { return false }
    return ConstantTime.equal(
      Self.code(organization, number, digest, at, previousCode, key), code)
  }

  /// Over `roster:head:v1` ‖ 16 bytes organization ‖ 8 bytes number ‖ 8 bytes time ‖ the digest ‖
  /// the code of the line before.
  private static func code(
    _ organization: OrganizationID, _ number: Int64, _ digest: [UInt8], _ at: Timestamp,
    _ previousCode: [UInt8], _ key: Key256
  ) -> [UInt8] {
    var bytes = Array("roster:head:v1".utf8)
    bytes.append(organization.uuid)
    bytes.append(bigEndian: number)
    bytes.append(bigEndian: at.microseconds)
    bytes += digest
    bytes += previousCode
    return HMAC.code(for: bytes, key: key.bytes).bytes
  }

  private static func text(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// 32 bytes, or none.
  private static func bytes(_ value: JSONValue?) -> [UInt8]? {
    guard case .string(let text) = value, text.utf8.count == 64 || text.isEmpty else { return nil }
    let digits = text.map(\.hexDigitValue)
    guard !digits.contains(nil) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { place in
      UInt8((digits[place] ?? 0) << 4 | (digits[place + 1] ?? 0))
    }
  }
}
