import Crypto
import Domain
import Foundation
import Server
import Testing

@Suite struct `The file of heads` {
  private static let ring = KeyRing.generate()

  private func withFile<Success: Sendable>(
    _ body: @escaping @Sendable (AuditFixture, String) async throws -> Success
  ) async throws -> Success {
    let path = NSTemporaryDirectory() + "heads-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await AuditFixture.with { fixture in try await body(fixture, path) }
  }

  private static func export(
    _ fixture: AuditFixture, _ path: String
  ) throws -> HeadExport {
    HeadExport(fixture.system, ring, to: try HeadsFile(path))
  }

  private static func faults(
    _ fixture: AuditFixture, _ path: String, ring: KeyRing = ring
  ) async throws -> [HeadsVerifier.Fault] {
    var faults: [HeadsVerifier.Fault] = []
    _ = try await HeadsVerifier(fixture.system, ring).verify(path) { faults.append($0) }
    return faults
  }

  private static func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { String($0) }
  }

  private static let minute = Timestamp(microseconds: 1_767_225_600_000_000)

  @Test func `gets a signed line of each chain that has grown`() async throws {
    try await withFile { fixture, path in
      let export = try Self.export(fixture, path)
      try await fixture.write(2)
      try await fixture.write(1, in: AuditFixture.beta)
      export.note(try await fixture.seal())
      #expect(try await export.run(at: Self.minute).isEmpty)
      try await fixture.write(1)
      export.note(try await fixture.seal())
      #expect(try await export.run(at: Self.minute).isEmpty)
      #expect(try await export.run(at: Self.minute).isEmpty)

      let heads = try Self.lines(path).map { SealHead(line: $0) }
      #expect(heads.map { $0?.number } == [1, 1, 2])
      #expect(
        heads.map { $0?.organization } == [AuditFixture.acme, AuditFixture.beta, AuditFixture.acme])
      #expect(heads.allSatisfy { $0?.isSigned(by: Self.ring) == true })
      #expect(heads[1]?.previousCode == heads[0]?.code)
      #expect(try await Self.faults(fixture, path) == [])
    }
  }

  @Test func `is gone on with by the process that takes over`() async throws {
    try await withFile { fixture, path in
      try await fixture.write(2)
      try await fixture.seal()
      _ = try await Self.export(fixture, path).run(at: Self.minute)
      // Sealed by another, which died before its export.
      try await fixture.write(1, in: AuditFixture.beta)
      try await fixture.seal()
      _ = try await Self.export(fixture, path).run(at: Self.minute)
      let heads = try Self.lines(path).compactMap { SealHead(line: $0) }
      #expect(heads.map(\.organization) == [AuditFixture.acme, AuditFixture.beta])
      #expect(try await Self.faults(fixture, path) == [])
    }
  }

  @Test func `survives a crash in the midst of a line`() async throws {
    try await withFile { fixture, path in
      try await fixture.write(2)
      try await fixture.seal()
      _ = try await Self.export(fixture, path).run(at: Self.minute)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"digest\":\"ab".utf8))
      try handle.close()
      #expect(try await Self.faults(fixture, path) == [])
      try await fixture.write(1)
      try await fixture.seal()
      _ = try await Self.export(fixture, path).run(at: Self.minute)
      #expect(try Self.lines(path).count == 3)
      #expect(try await Self.faults(fixture, path) == [])
    }
  }

  @Test func `tells when a line of it was changed or taken out, or another ring signed it`()
    async throws
  {
    try await withFile { fixture, path in
      for _ in 0..<3 {
        try await fixture.write(1)
        try await fixture.seal()
        _ = try await Self.export(fixture, path).run(at: Self.minute)
      }
      let lines = try Self.lines(path)
      #expect(
        try await Self.faults(fixture, path, ring: .generate())
          == [.unsigned(line: 1), .unsigned(line: 2), .unsigned(line: 3)])
      try Data((lines[0] + "\n" + lines[2] + "\n").utf8).write(to: URL(fileURLWithPath: path))
      #expect(try await Self.faults(fixture, path) == [.lineBroken(line: 2)])
      let changed = lines[1].replacing("\"seal_no\":2", with: "\"seal_no\":1")
      try Data([lines[0], changed, lines[2]].joined(separator: "\n").utf8)
        .write(to: URL(fileURLWithPath: path))
      #expect(
        try await Self.faults(fixture, path)
          == [.unsigned(line: 2), .chain(AuditFixture.acme, .headDiffers(1))])
    }
  }

  @Test func `tells that the end of a chain was cut off, with its seals and the mark`()
    async throws
  {
    try await withFile { fixture, path in
      let export = try Self.export(fixture, path)
      try await fixture.write(1)
      export.note(try await fixture.seal())
      let mark = try await fixture.run("SELECT snapshot::text FROM roster.event_seal_mark")
      try await fixture.write(1)
      export.note(try await fixture.seal())
      _ = try await export.run(at: Self.minute)
      try await fixture.run(
        """
        DELETE FROM roster.events WHERE NOT pg_visible_in_snapshot(
          xid, (SELECT snapshot FROM roster.event_seals WHERE seal_no = 1));
        DELETE FROM roster.event_seals WHERE seal_no = 2;
        UPDATE roster.event_seal_mark SET snapshot = '\(mark[0][0] ?? "")';
        """)
      #expect(try await fixture.verify().fault == nil)
      #expect(
        try await Self.faults(fixture, path) == [.chain(AuditFixture.acme, .headMissing(2))])
      // The process that seals sees it within a minute, file or not.
      let seen = try await export.run(at: Self.minute)
      #expect(seen.map(\.0) == [AuditFixture.acme])
      #expect(seen.map(\.1) == [.headMissing(2)])
    }
  }
}
