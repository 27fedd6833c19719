import Crypto
import Testing

@Suite struct `Argon2id with its caps` {
  @Test(arguments: [
    (256, 2, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
    (256, 2, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
    (65_536, 2, 1, "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"),
  ])
  func `matches the reference implementation's tests`(
    memory: Int, passCount: Int, laneCount: Int, output: String
  ) throws {
    let parameters = try #require(
      Argon2id.Parameters(memory: memory, passCount: passCount, laneCount: laneCount))
    let hash = try Argon2id.hash(
      Array("password".utf8), salt: Array("somesalt".utf8), parameters: parameters)
    #expect(hex(hash) == output)
  }

  @Test(arguments: [
    (131_073, 1, 1), (131_072, 9, 1), (7, 1, 1), (127, 1, 16), (19_456, 0, 1), (19_456, 17, 1),
    (19_456, 2, 0), (19_456, 2, 17), (-1, 2, 1), (Int.max, 1, 1),
  ])
  func `has no parameters past its caps`(memory: Int, passCount: Int, laneCount: Int) {
    #expect(
      Argon2id.Parameters(memory: memory, passCount: passCount, laneCount: laneCount) == nil)
  }

  @Test func `takes 1,024 bytes and refuses one more before hashing`() throws {
    let parameters = try #require(Argon2id.Parameters(memory: 8, passCount: 1, laneCount: 1))
    let longest = [UInt8](repeating: 0x61, count: 1_024)
    _ = try Argon2id.hash(longest, salt: Array(1...16), parameters: parameters)
    #expect(throws: Argon2id.Failure.passwordTooLong) {
      try Argon2id.hash(longest + [0x61], salt: Array(1...16), parameters: parameters)
    }
  }

  @Test func `cuts neither at 72 bytes nor at NUL`() throws {
    let parameters = try #require(Argon2id.Parameters(memory: 8, passCount: 1, laneCount: 1))
    let start = [UInt8](repeating: 0x61, count: 72)
    func hash(_ password: [UInt8]) throws -> [UInt8] {
      try Argon2id.hash(password, salt: Array(1...16), parameters: parameters)
    }
    #expect(try hash(start + [1]) != hash(start + [2]))
    #expect(try hash([1, 0, 1]) != hash([1, 0, 2]))
    #expect(try hash([]) != hash([0]))
  }
}

@Suite struct `A password's hash` {
  let ring = KeyRing.generate(random: SeededRandom(seed: 1))
  let password = Array("correct horse battery staple".utf8)

  func small() throws -> Argon2id.Parameters {
    try #require(Argon2id.Parameters(memory: 64, passCount: 1, laneCount: 1))
  }

  @Test func `is a PHC string with the pepper's key id`() throws {
    let hash = try PasswordHash.make(
      of: password, ring: ring, random: SeededRandom(seed: 2))
    #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAQ$"))
    let parsed = try PasswordHash(parsing: hash.text)
    #expect(parsed == hash)
    #expect(try parsed.verify(password, ring: ring))
    #expect(try !parsed.verify(Array("correct horse battery stapl".utf8), ring: ring))
    #expect(!parsed.isBelow(.standard, ring: ring))
  }

  @Test func `is salted afresh`() throws {
    let random = SeededRandom(seed: 3)
    let parameters = try small()
    let first = try PasswordHash.make(
      of: password, parameters: parameters, ring: ring, random: random)
    let second = try PasswordHash.make(
      of: password, parameters: parameters, ring: ring, random: random)
    #expect(first.text != second.text)
    #expect(first.isBelow(.standard, ring: ring))
  }

  @Test func `needs the pepper it was made with`() throws {
    let hash = try PasswordHash.make(of: password, parameters: small(), ring: ring)
    let other = KeyRing.generate(random: SeededRandom(seed: 9))
    #expect(try !hash.verify(password, ring: other))
    let rotated = try #require(ring.rotated())
    #expect(try hash.verify(password, ring: rotated))
    #expect(try hash.isBelow(small(), ring: rotated))
    let newer = try PasswordHash.make(of: password, parameters: small(), ring: rotated)
    #expect(throws: PasswordHash.VerifyFailure.unknownKey(2)) {
      try newer.verify(password, ring: ring)
    }
  }

  @Test func `without a pepper is one that was imported, and is to be hashed again`() throws {
    let text = """
      $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
      """
    let hash = try PasswordHash(parsing: text)
    #expect(try hash.verify(Array("password".utf8), ring: ring))
    #expect(try !hash.verify(Array("Password".utf8), ring: ring))
    #expect(hash.isBelow(.standard, ring: ring))
    #expect(hash.text == text)
  }

  static let salted = "c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

  @Test(arguments: [
    "", "$", "$$$$$", "$argon2i$v=19$m=256,t=2,p=1$\(salted)",
    "$argon2id$v=16$m=256,t=2,p=1$\(salted)",
    "argon2id$v=19$m=256,t=2,p=1$\(salted)", "$argon2id$v=19$m=0256,t=2,p=1$\(salted)",
    "$argon2id$v=19$m=256,t=2$\(salted)", "$argon2id$v=19$t=2,m=256,p=1$\(salted)",
    "$argon2id$v=19$m=256,t=2,p=1,x=1$\(salted)", "$argon2id$v=19$m=+256,t=2,p=1$\(salted)",
    "$argon2id$v=19$m=99999999999999999999,t=2,p=1$\(salted)",
    "$argon2id$v=19$m=256,t=2,p=1$\(salted)$",
    "$argon2id$v=19$m=256,t=2,p=1$\(salted)=", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHR$AAAA",
    "$argon2id$v=19$m=256,t=2,p=1,keyid=AAAA$\(salted)",
  ])
  func `that is malformed is refused`(text: String) {
    #expect(throws: PasswordHash.Refusal.malformed) { try PasswordHash(parsing: text) }
  }

  @Test(arguments: [
    "m=4194304,t=1,p=1", "m=131072,t=16,p=1", "m=999999999,t=999999999,p=1", "m=256,t=2,p=17",
    "m=8,t=1,p=2",
  ])
  func `past the caps is refused before anything is allocated`(costs: String) {
    #expect(throws: PasswordHash.Refusal.tooCostly) {
      try PasswordHash(parsing: "$argon2id$v=19$\(costs)$\(Self.salted)")
    }
  }

  @Test func `of 513 bytes is refused unread`() {
    let text = "$argon2id$v=19$m=256,t=2,p=1$\(Self.salted)"
    #expect(throws: PasswordHash.Refusal.malformed) {
      try PasswordHash(parsing: text + String(repeating: "A", count: 513 - text.utf8.count))
    }
  }
}
