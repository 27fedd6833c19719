import Crypto
import EventLoop
import Glibc
import Testing

@testable import Transport

@Suite struct `Credentials of TLS` {
  private let authority: TestAuthority
  private var now: Int64 { Int64(time(nil)) }

  init() throws {
    authority = try TestAuthority()
    try authority.issue("server", names: "DNS:localhost")
  }

  private func fault(_ files: TLSFiles, at instant: Int64? = nil) -> TLSFault? {
    do throws(TLSFault) {
      _ = try TLSCredentials.load(files, at: instant ?? now)
      return nil
    } catch {
      return error
    }
  }

  @Test func `tell when they end`() throws {
    try authority.revoke()
    let credentials = try TLSCredentials.load(authority.files(clientCA: true, crl: true))
    let day: Int64 = 86_400
    #expect((9 * day...10 * day).contains(credentials.certificateExpiresAt - now))
    let (authorityEnd, due) = (credentials.clientCAExpiresAt ?? 0, credentials.crlExpiresAt ?? 0)
    #expect((29 * day...30 * day).contains(authorityEnd - now))
    #expect((9 * day...10 * day).contains(due - now))
    #expect("\(credentials)" == "redacted")
  }

  @Test func `hold until the instant of their expiry`() throws {
    let expiry = try TLSCredentials.load(authority.files()).certificateExpiresAt
    #expect(fault(authority.files(), at: expiry - 1) == nil)
    #expect(
      fault(authority.files(), at: expiry)
        == TLSFault(authority.path("server.pem"), .expired(at: expiry)))
    let before = try #require(fault(authority.files(), at: 0))
    guard case .notYetValid = before.reason else {
      Issue.record("\(before)")
      return
    }
  }

  @Test func `name the file that can't be read`() {
    var files = authority.files()
    files.keyFile = authority.path("none.key")
    #expect(fault(files) == TLSFault(files.keyFile, .unreadable(ENOENT)))
    files = authority.files(clientCA: true, crl: true)
    #expect(fault(files) == TLSFault(authority.path("crl.pem"), .unreadable(ENOENT)))
    files = authority.files()
    files.certificateFile = authority.folder
    #expect(fault(files) == TLSFault(authority.folder, .unreadable(EISDIR)))
  }

  @Test func `refuse a key of another certificate`() throws {
    try authority.issue("other", names: "DNS:other")
    var files = authority.files()
    files.keyFile = authority.path("other.key")
    let found = try #require(fault(files))
    #expect(found == TLSFault(files.keyFile, .keyMismatch(certificateFile: files.certificateFile)))
    #expect(found.description.contains(files.keyFile))
    #expect(found.description.contains(files.certificateFile))
  }

  @Test func `refuse a key that everybody may read`() {
    chmod(authority.path("server.key"), 0o644)
    #expect(
      fault(authority.files())
        == TLSFault(authority.path("server.key"), .exposed(mode: 0o644)))
    chmod(authority.path("server.key"), 0o640)
    #expect(fault(authority.files()) == nil)
  }

  @Test func `refuse an encrypted key without asking for its password`() throws {
    try TestAuthority.openssl([
      "pkey", "-in", authority.path("server.key"), "-aes256", "-passout", "pass:secret", "-out",
      authority.path("locked.key"),
    ])
    var files = authority.files()
    files.keyFile = authority.path("locked.key")
    #expect(fault(files) == TLSFault(files.keyFile, .keyEncrypted))
  }

  @Test func `refuse files of another kind`() throws {
    var files = authority.files()
    swap(&files.certificateFile, &files.keyFile)
    #expect(fault(files) == TLSFault(files.certificateFile, .noCertificate))
    files = authority.files()
    files.keyFile = files.certificateFile
    chmod(files.keyFile, 0o600)
    #expect(fault(files) == TLSFault(files.keyFile, .noKey))
    try authority.write("ca.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    guard case .unusable = fault(authority.files(clientCA: true))?.reason else {
      Issue.record("a damaged block was read")
      return
    }
    try authority.write("ca.pem", String(repeating: "x", count: PEMFile.byteCountMax + 1))
    #expect(
      fault(authority.files(clientCA: true))
        == TLSFault(authority.path("ca.pem"), .tooLarge))
  }

  @Test func `refuse a client authority that is none, and lists of another`() throws {
    try authority.issue("leaf", names: "DNS:leaf")
    var files = authority.files(clientCA: true)
    files.clientCAFile = authority.path("leaf.pem")
    #expect(fault(files) == TLSFault(authority.path("leaf.pem"), .notAuthority("CN = leaf")))
    let stranger = try TestAuthority("Other CA")
    try stranger.revoke()
    files = authority.files(clientCA: true)
    files.crlFile = stranger.path("crl.pem")
    #expect(
      fault(files) == TLSFault(stranger.path("crl.pem"), .revocationListForeign("CN = Other CA")))
  }

  @Test func `refuse authorities and lists that have ended, but not beside those that hold`()
    throws
  {
    try authority.revoke()
    let files = authority.files(clientCA: true, crl: true)
    let credentials = try TLSCredentials.load(files)
    let due = try #require(credentials.crlExpiresAt)
    try authority.issue("long", names: "DNS:localhost", days: 60)
    var later = files
    later.certificateFile = authority.path("long.pem")
    later.keyFile = authority.path("long.key")
    #expect(fault(later, at: due) == TLSFault(authority.path("crl.pem"), .expired(at: due)))
    let end = try #require(credentials.clientCAExpiresAt)
    later.crlFile = nil
    #expect(fault(later, at: end) == TLSFault(authority.path("ca.pem"), .expired(at: end)))
    let successor = try TestAuthority("Successor", days: 90)
    let bundle = try [authority, successor].map {
      String(decoding: try PEMFile(reading: $0.path("ca.pem")).bytes, as: UTF8.self)
    }
    try authority.write("bundle.pem", bundle.joined())
    later.clientCAFile = authority.path("bundle.pem")
    #expect(fault(later, at: end) == nil)
  }

  @Test func `refuse a key that is too short`() throws {
    try TestAuthority.openssl([
      "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", authority.path("short.key"),
      "-out", authority.path("short.pem"), "-days", "2", "-subj", "/CN=short",
    ])
    #expect(
      fault(authority.files("short"))
        == TLSFault(authority.path("short.pem"), .unusable("ee key too small")))
  }
}

@Suite struct `A queue of handshakes` {
  private final class Member {}

  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  @Test func `runs so many, lets so many wait, and refuses the next`() {
    var queue = HandshakeQueue<Member>(
      .init(runningMax: 2, waitingMax: 1, patience: .seconds(1)))
    let members = (0..<4).map { _ in Member() }
    #expect(members.map { queue.enter($0, at: start) } == [.begins, .begins, .waits, .full])
    #expect(queue.leave(members[1], at: start) === members[2])
    #expect(queue.runningCount == 2)
    #expect(queue.waitingCount == 0)
    #expect(queue.leave(members[0], at: start) == nil)
  }

  @Test func `forgets one that waits without starting another`() {
    var queue = HandshakeQueue<Member>(
      .init(runningMax: 1, waitingMax: 2, patience: .seconds(1)))
    let members = (0..<3).map { _ in Member() }
    for member in members { _ = queue.enter(member, at: start) }
    #expect(queue.leave(members[1], at: start) == nil)
    #expect(queue.leave(members[0], at: start) === members[2])
  }

  @Test func `knows who has run too long only while others wait`() {
    var queue = HandshakeQueue<Member>(
      .init(runningMax: 1, waitingMax: 2, patience: .seconds(1)))
    let members = (0..<2).map { _ in Member() }
    let late = start.advanced(by: .seconds(1))
    _ = queue.enter(members[0], at: start)
    #expect(queue.overdue(at: late) == nil)
    #expect(queue.overdueAt == nil)
    _ = queue.enter(members[1], at: start)
    #expect(queue.overdueAt == late)
    #expect(queue.overdue(at: start) == nil)
    #expect(queue.overdue(at: late) === members[0])
    // Its successor's time runs from when it begins.
    #expect(queue.leave(members[0], at: late) === members[1])
    #expect(queue.overdueAt == nil)
  }
}
