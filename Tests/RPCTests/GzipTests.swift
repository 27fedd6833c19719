import RPC
import Testing

@Suite struct `Compression by gzip` {
  /// `gzip -9 -n` of "roster" by GNU gzip.
  private static let roster: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x2B, 0xCA, 0x2F, 0x2E, 0x49, 0x2D, 0x02, 0, 0xF9, 0xAD,
    0xB9, 0x60, 6, 0, 0, 0,
  ]

  private static func inflate(
    _ bytes: [UInt8], limit: Int, with gzip: Gzip = Gzip()
  ) throws(Gzip.Failure) -> [UInt8] {
    let outcome = bytes.withUnsafeBytes { bytes -> Result<[UInt8], Gzip.Failure> in
      do throws(Gzip.Failure) {
        return .success(try gzip.inflate(bytes, limit: limit))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private static func deflate(_ bytes: [UInt8], with gzip: Gzip = Gzip()) throws -> [UInt8] {
    try #require(bytes.withUnsafeBytes { gzip.deflate($0) })
  }

  @Test func `takes what another program wrote`() throws {
    #expect(try Self.inflate(Self.roster, limit: 6) == Array("roster".utf8))
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
  func `gives back what it was given`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    #expect(try Self.inflate(Self.deflate(bytes), limit: count) == bytes)
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
  func `takes exactly the limit and not one byte more`(limit: Int) throws {
    let exact = try Self.deflate([UInt8](repeating: 7, count: limit))
    #expect(try Self.inflate(exact, limit: limit).count == limit)
    let beyond = try Self.deflate([UInt8](repeating: 7, count: limit + 1))
    #expect(throws: Gzip.Failure.tooLarge) { try Self.inflate(beyond, limit: limit) }
  }

  @Test func `refuses what is cut off, at every byte`() {
    for count in 0..<Self.roster.count {
      let cut = Array(Self.roster.prefix(count))
      #expect(throws: Gzip.Failure.corrupt) { try Self.inflate(cut, limit: 100) }
    }
  }

  @Test func `refuses a wrong magic, checksum or length`() {
    for place in [0, 1, 2, 18, 21, 22, 25] {
      var bytes = Self.roster
      bytes[place] ^= 0x55
      #expect(throws: Gzip.Failure.corrupt) { try Self.inflate(bytes, limit: 100) }
    }
  }

  @Test func `refuses what comes after the message, a second member included`() {
    for extra in [[0], Self.roster] as [[UInt8]] {
      #expect(throws: Gzip.Failure.corrupt) { try Self.inflate(Self.roster + extra, limit: 100) }
    }
  }

  @Test func `refuses zlib's own format and raw deflate`() {
    let zlib: [UInt8] = [0x78, 0x9C, 0x2B, 0xCA, 0x2F, 0x2E, 0x49, 0x2D, 2, 0, 9, 0x41, 2, 0xA0]
    #expect(throws: Gzip.Failure.corrupt) { try Self.inflate(zlib, limit: 100) }
    let raw = Array(Self.roster.dropFirst(10).dropLast(8))
    #expect(throws: Gzip.Failure.corrupt) { try Self.inflate(raw, limit: 100) }
  }

  @Test func `begins every message anew, after a bad one too`() throws {
    let gzip = Gzip()
    let first = try Self.deflate(Array("roster".utf8), with: gzip)
    let second = try Self.deflate(Array("roster".utf8), with: gzip)
    #expect(first == second)
    #expect(throws: Gzip.Failure.corrupt) {
      try Self.inflate(first.dropLast(3), limit: 100, with: gzip)
    }
    #expect(try Self.inflate(first, limit: 100, with: gzip) == Array("roster".utf8))
  }
}

@Suite struct `A list of accepted encodings` {
  private static func takesGzip(_ list: String) -> Bool {
    Array(list.utf8).withUnsafeBytes { MessageEncoding.takesGzip($0) }
  }

  @Test(arguments: ["gzip", "identity, deflate, gzip", "identity,gzip", " gzip\t,br", "gzip;q=0.5"])
  func `names gzip`(list: String) {
    #expect(Self.takesGzip(list))
  }

  @Test(
    arguments: [
      "", ",", "identity", "x-gzip", "gzipped", "GZIP", "gz ip", "gzip;q=0", "gzip; q=0.0",
    ])
  func `does not name gzip`(list: String) {
    #expect(!Self.takesGzip(list))
  }
}
