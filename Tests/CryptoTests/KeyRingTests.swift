import Crypto
import Glibc
import Testing

@Suite struct `A key file` {
  static let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  static let second = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

  func parse(_ text: String) throws -> KeyRing {
    try KeyRing(parsing: Array(text.utf8))
  }

  @Test func `gives its keys, the primary first`() throws {
    let ring = try parse(
      """
      { "keys" : [{"id": 4294967295, "secret": "\(Self.secret)"},
                  {"secret": "\(Self.second)", "id": 7}], "primary":7 }
      """)
    #expect(ring.primaryKeyID == 7)
    #expect(ring.keyIDs == [7, 4_294_967_295])
  }

  @Test func `reads back what was written`() throws {
    let ring = try #require(KeyRing.generate().rotated())
    let copy = try parse(ring.fileText)
    #expect(copy.keyIDs == [2, 1])
    #expect(copy.primaryFingerprint == ring.primaryFingerprint)
    #expect(copy.fingerprint(of: 1) == ring.fingerprint(of: 1))
    #expect(copy.key(for: .totp).bytes == ring.key(for: .totp).bytes)
  }

  @Test func `may write a slash as JSON allows`() throws {
    let slashed = "A/////////////////////////////////////////8="
    let plain = try parse(Self.file(slashed))
    let escaped = try parse(Self.file(slashed.map { $0 == "/" ? "\\/" : "\($0)" }.joined()))
    #expect(plain.primaryFingerprint == escaped.primaryFingerprint)
  }

  static func file(_ secret: String) -> String {
    #"{"primary":1,"keys":[{"id":1,"secret":"\#(secret)"}]}"#
  }

  @Test(
    arguments: [
      (#"{"primary":1,"keys":[{"id":1,"secret":"\#(secret)"}],"x":1}"#, .unknownField("x")),
      (#"{"primary":1,"keys":[{"id":1,"secret":"\#(secret)","x":1}]}"#, .unknownField("x")),
      (#"{"primary":1,"primary":1}"#, .repeatedField("primary")),
      (#"{"primary":1,"keys":[{"id":1,"id":1}]}"#, .repeatedField("id")),
      (#"{"primary":1}"#, .missingField("keys")),
      (#"{"keys":[{"id":1,"secret":"\#(secret)"}]}"#, .missingField("primary")),
      (#"{"primary":1,"keys":[{"id":1}]}"#, .missingField("secret")),
      (#"{"primary":1,"keys":[{"secret":"\#(secret)"}]}"#, .missingField("id")),
      (#"{"primary":2,"keys":[{"id":1,"secret":"\#(secret)"}]}"#, .missingPrimary(2)),
      (
        #"{"primary":1,"keys":[{"id":1,"secret":"\#(secret)"},{"id":1,"secret":"\#(second)"}]}"#,
        .repeatedKey(1)
      ),
      (
        #"{"primary":1,"keys":[{"id":1,"secret":"\#(secret)"},{"id":2,"secret":"\#(secret)"}]}"#,
        .sharedSecret(2)
      ),
    ] as [(String, KeyRing.FileRefusal)])
  func `is refused with its reason`(text: String, refusal: KeyRing.FileRefusal) {
    #expect(throws: refusal) { try parse(text) }
  }

  @Test(arguments: [
    "", "AAAA", String(secret.dropLast()), secret + "=", secret + "AAAA",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH-8=",
  ])
  func `needs 32 bytes in canonical base64, not all alike`(secret: String) {
    #expect(throws: KeyRing.FileRefusal.badSecret(1)) { try parse(Self.file(secret)) }
  }

  @Test(arguments: [
    "", "{", "{}", "[]", "null", #"{"primary":}"#, #"{"primary":01}"#, #"{"primary":-1}"#,
    #"{"primary":4294967296}"#, #"{"primary":1e3}"#, #"{"primary":"1"}"#, #"{"primary":1,}"#,
    #"{"primary":1,"keys":[]}"#, #"{"primary":1,"keys":{}}"#, #"{"prim\u0061ry":1}"#,
    #"{"primary":1"#, #"{"primary"#, "{\"a\nb\":1}", "{\"é\":1}",
  ])
  func `that is no such JSON is refused`(text: String) {
    #expect(throws: KeyRing.FileRefusal.self) { try parse(text) }
  }

  @Test func `is refused after its end, when too large, and with 17 keys`() {
    let valid = Self.file(Self.secret)
    #expect(throws: KeyRing.FileRefusal.self) { try parse(valid + "x") }
    #expect(throws: KeyRing.FileRefusal.tooLarge) {
      try parse(valid + String(repeating: " ", count: 65_536))
    }
    let random = SeededRandom(seed: 3)
    var ring: KeyRing? = KeyRing.generate(random: random)
    for _ in 1..<16 { ring = ring?.rotated(random: random) }
    #expect(ring?.keyIDs.count == 16)
    #expect(ring?.rotated(random: random) == nil)
  }

  @Test func `survives every cut and every changed byte without a trap`() {
    let valid = Array(Self.file(Self.secret).utf8)
    for index in valid.indices {
      _ = try? KeyRing(parsing: Array(valid[..<index]))
      for byte in [UInt8(0), 0x22, 0x5C, 0x7B, 0x7D, 0x30, 0xFF] {
        var altered = valid
        altered[index] = byte
        _ = try? KeyRing(parsing: altered)
      }
    }
  }
}

@Suite struct `A key file on disk` {
  /// A fresh folder, removed at the end.
  func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/roster-keys-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer {
      unlink(folder + "/keys.json")
      rmdir(folder)
    }
    try body(folder + "/keys.json")
  }

  @Test func `is created for its owner alone and read back`() throws {
    try withFolder { path in
      let ring = KeyRing.generate()
      try ring.create(path: path)
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(try KeyRing.load(path: path).primaryFingerprint == ring.primaryFingerprint)
    }
  }

  @Test func `is never replaced`() throws {
    try withFolder { path in
      try KeyRing.generate().create(path: path)
      #expect(throws: KeyRing.FileRefusal.unwritable(EEXIST)) {
        try KeyRing.generate().create(path: path)
      }
    }
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o777])
  func `that others may read is refused`(mode: Int) throws {
    try withFolder { path in
      try KeyRing.generate().create(path: path)
      chmod(path, mode_t(mode))
      #expect(throws: KeyRing.FileRefusal.exposed(mode: UInt32(mode))) {
        try KeyRing.load(path: path)
      }
    }
  }

  @Test func `must be a file`() throws {
    #expect(throws: KeyRing.FileRefusal.notRegular) { try KeyRing.load(path: "/tmp") }
    #expect(throws: KeyRing.FileRefusal.notRegular) { try KeyRing.load(path: "/dev/null") }
    #expect(throws: KeyRing.FileRefusal.unreadable(ENOENT)) {
      try KeyRing.load(path: "/tmp/roster-keys-absent")
    }
  }
}

@Suite struct `Keys of a ring` {
  @Test func `differ by use, by day and by key`() throws {
    let ring = try #require(KeyRing.generate(random: SeededRandom(seed: 1)).rotated())
    let uses: [KeyUse] = [
      .page(day: 1), .page(day: 11), .totp, .pepper, .ticket(day: 1), .replay(day: 1), .subject,
    ]
    var keys = uses.map { ring.key(for: $0).bytes }
    keys += uses.compactMap { ring.key(for: $0, id: 1)?.bytes }
    keys.append(ring.primaryFingerprint)
    #expect(Set(keys).count == 15)
    #expect(ring.key(for: .totp, id: 3) == nil)
  }

  @Test func `never show themselves`() {
    let ring = KeyRing.generate()
    let key = ring.key(for: .totp)
    #expect("\(key)" == "redacted")
    #expect(String(reflecting: key) == "redacted")
    var dumped = ""
    dump(ring, to: &dumped)
    #expect(!dumped.contains("words"))
  }
}
