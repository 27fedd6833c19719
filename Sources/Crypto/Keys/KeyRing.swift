/// The installation's keys: the primary seals, all of them open. The same on every replica.
package struct KeyRing: Sendable {
  /// Rotation needs two; more are old backups.
  package static let keyCountMax = 16

  /// Why a sealed value does not open.
  package enum OpenRefusal: Error, Hashable {
    /// Shorter than its fixed parts, or another format.
    case malformed
    /// Sealed by a key that the ring does not hold.
    case unknownKey(UInt32)
    /// Altered, moved to another row, organization or use, or sealed by another secret.
    case notAuthentic
  }

  struct Entry: Sendable {
    let id: UInt32
    let secret: Key256
    /// HKDF-Extract of the secret, so that a use costs one HMAC.
    let pseudorandomKey: Key256

    init(id: UInt32, secret: Key256) {
      self.id = id
      self.secret = secret
      let salt = Array("roster:v1".utf8)
      pseudorandomKey = Key256(HKDF.extract(salt: salt, secret: secret.bytes))
    }

    var fingerprint: [UInt8] { derive(Array("roster:v1:fingerprint".utf8)).bytes }

    func derive(_ context: [UInt8]) -> Key256 {
      HKDF.expand(pseudorandomKey, context: context)
    }
  }

  let primary: Entry
  /// The primary first.
  let entries: [Entry]

  init(primary: Entry, others: [Entry]) {
    self.primary = primary
    entries = [primary] + others
  }

  package var primaryKeyID: UInt32 { primary.id }

  /// The primary's first.
  package var keyIDs: [UInt32] { entries.map(\.id) }

  /// 32 bytes that identify the primary key without telling it; `key_fingerprints` compares them.
  package var primaryFingerprint: [UInt8] { primary.fingerprint }

  /// The fingerprint of any key of the ring, nil when it is absent.
  package func fingerprint(of keyID: UInt32) -> [UInt8]? {
    entry(keyID)?.fingerprint
  }

  /// The primary's key for a use, for what is not sealed by ``seal(_:for:in:random:)``.
  package func key(for use: KeyUse) -> Key256 {
    primary.derive(use.derivationContext)
  }

  /// A named key's key for a use, nil when the ring does not hold it.
  package func key(for use: KeyUse, id: UInt32) -> Key256? {
    entry(id)?.derive(use.derivationContext)
  }

  func entry(_ id: UInt32) -> Entry? {
    entries.first { $0.id == id }
  }
}

extension KeyRing {
  private static let format: UInt8 = 1
  private static let headerByteCount = 1 + 4 + AEAD.nonceByteCount

  /// What sealing adds to a plaintext, in bytes.
  package static let overheadByteCount = headerByteCount + AEAD.tagByteCount

  /// 1 byte format ‖ 4 bytes key id ‖ 12 bytes nonce ‖ ciphertext ‖ 16 bytes tag, by the primary.
  package func seal(
    _ plaintext: [UInt8], for use: KeyUse, in context: SealContext,
    random: some RandomSource = SecureRandom()
  ) -> [UInt8] {
    let nonce = random.bytes(AEAD.nonceByteCount)
    var sealed: [UInt8] = []
    sealed.reserveCapacity(plaintext.count + Self.overheadByteCount)
    sealed.append(Self.format)
    sealed.append(bigEndian: primary.id)
    sealed.append(contentsOf: nonce)
    sealed.append(
      contentsOf: AEAD.seal(
        plaintext, key: key(for: use), nonce: nonce,
        authenticating: context.authenticated(with: use)))
    return sealed
  }

  /// The plaintext of what ``seal(_:for:in:random:)`` made for the same use, day and context.
  package func open(
    _ sealed: [UInt8], for use: KeyUse, in context: SealContext
  ) throws(OpenRefusal) -> [UInt8] {
    let id = try Self.keyID(of: sealed)
    guard let key = key(for: use, id: id) else { throw .unknownKey(id) }
    let nonce = Array(sealed[5..<Self.headerByteCount])
    let plaintext = sealed.withUnsafeBytes { sealed in
      AEAD.open(
        UnsafeRawBufferPointer(rebasing: sealed[Self.headerByteCount...]), key: key, nonce: nonce,
        authenticating: context.authenticated(with: use))
    }
    guard let plaintext else { throw .notAuthentic }
    return plaintext
  }

  /// The id of the key that sealed a value: resealing looks for those that are not the primary's.
  package static func keyID(of sealed: [UInt8]) throws(OpenRefusal) -> UInt32 {
    guard sealed.count >= overheadByteCount, sealed[0] == format else { throw .malformed }
    return sealed[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
