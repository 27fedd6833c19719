import Crypto
import Testing

@Suite struct `AES-256-GCM` {
  static let key16 = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
  static let text16 = """
    d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953\
    2fcf0e2449a6b525b16aedf5aa0de657ba637b39
    """

  @Test(arguments: [
    (
      String(repeating: "0", count: 64), String(repeating: "0", count: 24), "", "",
      "530f8afbc74536b9a963b4f1c4cb738b"
    ),
    (
      String(repeating: "0", count: 64), String(repeating: "0", count: 24), "",
      String(repeating: "0", count: 32),
      "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    ),
    (
      key16, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", text16,
      """
      522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d\
      a7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b
      """
    ),
  ])
  func `matches test cases 13, 14 and 16 of the GCM specification`(
    key: String, nonce: String, additional: String, plaintext: String, sealed: String
  ) throws {
    let key = try #require(Key256(bytes(key)))
    let output = AEAD.seal(
      bytes(plaintext), key: key, nonce: bytes(nonce), authenticating: bytes(additional))
    #expect(hex(output) == sealed)
    let opened = output.withUnsafeBytes {
      AEAD.open($0, key: key, nonce: bytes(nonce), authenticating: bytes(additional))
    }
    #expect(opened.map(hex) == plaintext)
  }
}

@Suite struct `Sealed values` {
  let ring = KeyRing.generate(random: SeededRandom(seed: 1))
  let context = SealContext(organization: (high: 1, low: 2), rowKey: [3, 4])

  @Test func `carry format, key id and nonce, and open where they were sealed`() throws {
    let sealed = ring.seal(
      [9, 9, 9], for: .totp, in: context, random: SeededRandom(seed: 5))
    #expect(sealed.count == 3 + KeyRing.overheadByteCount)
    #expect(sealed[..<5] == [1, 0, 0, 0, 1])
    #expect(Array(sealed[5..<17]) == SeededRandom(seed: 5).bytes(12))
    #expect(try ring.open(sealed, for: .totp, in: context) == [9, 9, 9])
    #expect(try KeyRing.keyID(of: sealed) == 1)
  }

  @Test func `may be empty`() throws {
    let sealed = ring.seal([], for: .subject, in: context)
    #expect(try ring.open(sealed, for: .subject, in: context) == [])
  }

  @Test func `refuse every flipped bit and every cut`() {
    let sealed = ring.seal([1, 2, 3, 4], for: .totp, in: context)
    for index in sealed.indices {
      for bit in 0..<8 {
        var altered = sealed
        altered[index] ^= 1 << UInt8(bit)
        #expect(throws: KeyRing.OpenRefusal.self) {
          try ring.open(altered, for: .totp, in: context)
        }
      }
      #expect(throws: KeyRing.OpenRefusal.self) {
        try ring.open(Array(sealed[..<index]), for: .totp, in: context)
      }
    }
  }

  @Test(arguments: [
    SealContext(organization: (high: 1, low: 3), rowKey: [3, 4]),
    SealContext(organization: (high: 2, low: 1), rowKey: [3, 4]),
    SealContext(organization: (high: 1, low: 2), rowKey: [3]),
    SealContext(organization: (high: 1, low: 2), rowKey: [3, 4, 0]),
    SealContext(organization: (high: 1, low: 2), rowKey: []),
  ])
  func `open in no other organization or row`(other: SealContext) {
    let sealed = ring.seal([1], for: .totp, in: context)
    #expect(throws: KeyRing.OpenRefusal.notAuthentic) {
      try ring.open(sealed, for: .totp, in: other)
    }
  }

  @Test(arguments: [
    KeyUse.page(day: 7), .totp, .pepper, .ticket(day: 7), .replay(day: 7), .replay(day: 6),
    .subject,
  ])
  func `open for no other use or day`(use: KeyUse) throws {
    let sealed = ring.seal([1], for: use, in: context)
    #expect(try ring.open(sealed, for: use, in: context) == [1])
    let others: [KeyUse] = [
      .page(day: 7), .page(day: 6), .totp, .pepper, .ticket(day: 7), .replay(day: 7),
      .replay(day: 6), .subject,
    ]
    for other in others where other != use {
      #expect(throws: KeyRing.OpenRefusal.notAuthentic) {
        try ring.open(sealed, for: other, in: context)
      }
    }
  }

  @Test func `name the key that the ring lacks`() throws {
    let rotated = try #require(ring.rotated())
    let sealed = rotated.seal([1], for: .totp, in: context)
    #expect(throws: KeyRing.OpenRefusal.unknownKey(2)) {
      try ring.open(sealed, for: .totp, in: context)
    }
  }

  @Test func `still open after a rotation, and are sealed anew by the new key`() throws {
    let old = ring.seal([1], for: .totp, in: context)
    let rotated = try #require(ring.rotated())
    #expect(try rotated.open(old, for: .totp, in: context) == [1])
    #expect(try KeyRing.keyID(of: rotated.seal([1], for: .totp, in: context)) == 2)
  }
}
