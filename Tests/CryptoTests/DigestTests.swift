import Crypto
import Testing

@Suite struct `SHA-256` {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `matches the examples of FIPS 180-4`(text: String, digest: String) {
    #expect(hex(SHA256.hash(Array(text.utf8)).bytes) == digest)
  }

  @Test func `gives one digest however the parts are cut`() {
    let whole = Array("the quick brown fox jumps over the lazy dog".utf8)
    let digest = SHA256.hash(whole)
    for cut in 0...whole.count {
      var computation = SHA256()
      computation.update(Array(whole[..<cut]))
      computation.update(Array(whole[cut...]))
      let cutDigest = computation.finish()
      #expect(cutDigest == digest)
    }
  }

  @Test func `keeps nested computations apart`() {
    var outer = SHA256()
    outer.update("a")
    let inner = SHA256.hash(Array("abc".utf8))
    outer.update("bc")
    let digest = outer.finish()
    #expect(digest == inner)
  }

  @Test func `drops an unfinished computation`() {
    do {
      var abandoned = SHA256()
      abandoned.update("left behind")
    }
    #expect(
      hex(SHA256.hash(Array("abc".utf8)).bytes)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `reads a digest of 32 bytes only`() {
    #expect(SHA256Digest([UInt8](repeating: 7, count: 31)) == nil)
    #expect(SHA256Digest([UInt8](repeating: 7, count: 33)) == nil)
    let thirtyTwo = Array(UInt8(0)..<32)
    #expect(SHA256Digest(thirtyTwo)?.bytes == thirtyTwo)
  }
}

@Suite struct `HMAC-SHA-256` {
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(UInt8(1)...25), [UInt8](repeating: 0xcd, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array(
        """
        This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.
        """.utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func `matches RFC 4231`(key: [UInt8], data: [UInt8], code: String) {
    #expect(hex(HMAC.code(for: data, key: key).bytes) == code)
  }

  @Test func `takes a key of exactly one block as it is`() {
    let key = [UInt8](repeating: 1, count: 64)
    #expect(HMAC.code(for: [2], key: key) != HMAC.code(for: [2], key: SHA256.hash(key).bytes))
    let longer = [UInt8](repeating: 1, count: 65)
    #expect(
      HMAC.code(for: [2], key: longer) == HMAC.code(for: [2], key: SHA256.hash(longer).bytes))
  }
}

@Suite struct `HKDF-SHA-256` {
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 22), Array(UInt8(0)...12), Array(UInt8(0xf0)...0xf9), 42,
      "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      """
      3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865
      """
    ),
    (
      Array(UInt8(0)...0x4f), Array(UInt8(0x60)...0xaf), Array(UInt8(0xb0)...0xff), 82,
      "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      """
      b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41\
      c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
      """
    ),
    (
      [UInt8](repeating: 0x0b, count: 22), [], [], 42,
      "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      """
      8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8
      """
    ),
  ])
  func `matches RFC 5869`(
    secret: [UInt8], salt: [UInt8], context: [UInt8], byteCount: Int, extracted: String,
    expanded: String
  ) {
    let key = HKDF.extract(salt: salt, secret: secret)
    #expect(hex(key.bytes) == extracted)
    #expect(hex(HKDF.expand(key, context: context, byteCount: byteCount)) == expanded)
  }

  @Test func `gives a key that is its first 32 bytes`() {
    let key = HKDF.extract(salt: [1], secret: [2])
    let long = HKDF.expand(key, context: [3, 4], byteCount: 64)
    #expect(HKDF.expand(Key256(key), context: [3, 4]).bytes == Array(long[..<32]))
  }

  @Test func `gives the longest output it may`() {
    let key = HKDF.extract(salt: [], secret: [1])
    let longest = HKDF.expand(key, context: [], byteCount: HKDF.outputByteCountMax)
    #expect(longest.count == 8_160)
    #expect(HKDF.expand(key, context: [], byteCount: 0).isEmpty)
  }
}

@Suite struct `Comparison in constant time` {
  @Test func `tells equal from different`() {
    #expect(ConstantTime.equal([], []))
    #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
    #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
    #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
    let digest = SHA256.hash([1])
    #expect(ConstantTime.equal(digest, SHA256.hash([1])))
    #expect(!ConstantTime.equal(digest, SHA256.hash([2])))
  }
}

@Suite struct `Randomness of the kernel` {
  @Test func `fills every length, in different ways`() {
    let random = SecureRandom()
    for count in [0, 1, 16, 255, 256, 257, 1_000] { #expect(random.bytes(count).count == count) }
    let long = random.bytes(600)
    #expect(Set(long[256..<512]).count > 100)
    #expect(Set(long[512...]).count > 40)
    #expect(random.bytes(32) != random.bytes(32))
  }
}
