import Glibc
import Server
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `rosterd serve` {
  /// What it says as it refuses to start.
  private func refusal(_ arguments: [String], in folder: TestFolder) throws -> String {
    let process = try RosterdProcess(["serve"] + arguments, in: folder)
    #expect(try process.waitForEnd() == 1)
    return process.output
  }

  private let databases = ["--database-url", "host=/x", "--database-system-url", "host=/x"]

  @Test func `refuses to start without keys or a database`() throws {
    let folder = try TestFolder()
    #expect(try refusal([], in: folder).contains("keys_file is not set"))
    let text = try refusal(["--keys-file", "k.json"], in: folder)
    #expect(text.contains("database.url is not set"))
  }

  @Test func `refuses plaintext where other machines reach it`() throws {
    let folder = try TestFolder()
    let arguments = ["--keys-file", "k.json", "--listen", "0.0.0.0:0", "--check-config"]
    let text = try refusal(arguments + databases, in: folder)
    #expect(text.contains("allow_plaintext"))
    let allowed = try RosterdProcess(
      ["serve"] + arguments + databases + ["--allow-plaintext"], in: folder)
    #expect(try allowed.waitForEnd() == 0)
  }

  @Test(arguments: [
    "postgresql://roster_service:hunter2@/db?host=/x", "postgresql://u:hunter2@[::1/db",
    "host=/x password='hunter2",
  ])
  func `tells no password of a database that it can't use`(url: String) throws {
    let folder = try TestFolder()
    let path = folder.path + "/k.json"
    let made = try RosterdProcess(["keys", "create", "--keys-file", path], in: folder)
    #expect(try made.waitForEnd() == 0)
    let text = try refusal(
      ["--keys-file", path, "--database-system-url", "host=/x", "--database-url", url],
      in: folder)
    #expect(text.contains("database.url"))
    #expect(!text.contains("hunter2"))
  }

  @Test func `refuses a key ring that others can read`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/k.json"
    let made = try RosterdProcess(["keys", "create", "--keys-file", path], in: folder)
    #expect(try made.waitForEnd() == 0)
    chmod(path, 0o644)
    #expect(
      try refusal(["--keys-file", path] + databases, in: folder).contains("chmod 600"))
  }

  @Test func `refuses a database whose roles, schema or keys don't fit, and serves one that does`()
    throws
  {
    let folder = try TestFolder()
    let dev = try RosterdProcess(["dev", "--port", "\(try HeldPort.free())"], in: folder)
    try dev.wait(for: "roster.v1.UserService/GetUserByEmail")
    let state = folder.path + "/state"
    func arguments(
      service: String = "roster_service", database: String = "roster", keys: String? = nil
    ) -> [String] {
      let place = "host=\(state) dbname=\(database)"
      return [
        "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
        "--keys-file", keys ?? state + "/keys.json",
        "--database-url", "\(place) user=\(service)",
        "--database-system-url", "\(place) user=roster_system",
      ]
    }
    for (service, words) in [
      ("postgres", "is a superuser"), ("roster_owner", "owns Roster's tables"),
      ("roster_system", "it must be roster_service"),
    ] {
      #expect(try refusal(arguments(service: service), in: folder).contains(words))
    }
    #expect(
      try refusal(arguments(database: "postgres"), in: folder).contains("run rosterd migrate"))

    let other = folder.path + "/other.json"
    let made = try RosterdProcess(["keys", "create", "--keys-file", other], in: folder)
    #expect(try made.waitForEnd() == 0)
    #expect(try refusal(arguments(keys: other), in: folder).contains("it is the wrong file"))

    let serving = try RosterdProcess(
      ["serve", "--shutdown-notice", "0s"] + arguments(), in: folder)
    try serving.wait(for: #""event":"listening""#)
    #expect(!serving.output.contains("connections_beyond_postgres"))
    serving.child.send(SIGTERM)
    #expect(try serving.waitForEnd() == 0)

    // 2 loops of 2 + 42 connections, 5 of the system, 3 to seal, 1 to sweep: 7 more than 100 less
    // 10.
    let crowds = ["--loops", "2", "--database-exclusive-connections", "42"]
    let crowded = try RosterdProcess(
      ["serve", "--shutdown-notice", "0s", "--database-max-total", "88"] + crowds + arguments(),
      in: folder)
    try crowded.wait(for: #""event":"listening""#)
    let warnings = crowded.output.split(separator: "\n").filter {
      $0.contains("connections_beyond_postgres")
    }
    #expect(warnings.count == 1)
    for words in [#""wanted":97"#, #""max_connections":100"#, "lower database.max_total"] {
      #expect(warnings.first?.contains(words) == true, "\(words)")
    }
    crowded.child.send(SIGTERM)
    #expect(try crowded.waitForEnd() == 0)
  }
}
