import Glibc
import Server
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `rosterd dev` {
  private func start(in folder: TestFolder) throws -> RosterdProcess {
    let port = try HeldPort.free()
    return try RosterdProcess(["dev", "--port", "\(port)"], in: folder)
  }

  private func token(in folder: TestFolder) throws -> Substring? {
    let text = String(decoding: try readFile(folder.path + "/.roster/env"), as: UTF8.self)
    return text.split(separator: "\n").first { $0.contains("ROSTER_TOKEN=") }
  }

  @Test func `prints the call, ends with 0 and keeps its token for the next start`() throws {
    let folder = try TestFolder()
    let first = try start(in: folder)
    try first.wait(for: "roster.v1.UserService/GetUserByEmail")
    let token = try token(in: folder)
    #expect(token?.contains("roster_svc_00") == true)
    first.child.send(SIGTERM)
    #expect(try first.waitForEnd() == 0)
    #expect(first.output.contains(#""event":"ended""#))

    let second = try start(in: folder)
    try second.wait(for: "roster.v1.UserService/GetUserByEmail")
    #expect(try self.token(in: folder) == token)
  }

  @Test func `keeps its files from others`() throws {
    let folder = try TestFolder()
    let process = try start(in: folder)
    try process.wait(for: "roster.v1.UserService/GetUserByEmail")
    for (path, mode) in [
      ("/state", 0o700), ("/state/token", 0o600), ("/state/operator-token", 0o600),
      ("/state/keys.json", 0o600), ("/.roster/env", 0o600),
    ] {
      var status = stat()
      #expect(stat(folder.path + path, &status) == 0)
      #expect(status.st_mode & 0o777 == mode, "\(path)")
    }
  }

  @Test func `refuses a state that another one uses, and a port that is taken`() throws {
    let folder = try TestFolder()
    let first = try start(in: folder)
    try first.wait(for: "roster.v1.UserService/GetUserByEmail")
    let second = try start(in: folder)
    #expect(try second.waitForEnd() == 1)
    #expect(second.output.contains("set ROSTER_DEV to another folder"))

    let port = try HeldPort()
    let third = try RosterdProcess(["dev", "--port", "\(port.number)"], in: try TestFolder())
    #expect(try third.waitForEnd() == 1)
    #expect(third.output.contains("choose another by --port"))
  }

  @Test func `takes PostgreSQL with it when it is killed, and starts again`() throws {
    let folder = try TestFolder()
    let first = try start(in: folder)
    try first.wait(for: "roster.v1.UserService/GetUserByEmail")
    let file = String(
      decoding: try readFile(folder.path + "/state/data/postmaster.pid"), as: UTF8.self)
    let postgres = try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
    first.child.send(SIGKILL)
    _ = try first.waitForEnd()
    // Whether or not the old one has ended by now, the next start comes to a server of its own.
    let second = try start(in: folder)
    try second.wait(for: "roster.v1.UserService/GetUserByEmail")
    // Its ended process may stay as a zombie, which has no program any more.
    var program: CChar = 0
    #expect(readlink("/proc/\(postgres)/exe", &program, 1) < 0)
  }

  @Test func `refuses settings that it decides itself`() throws {
    let process = try RosterdProcess(
      ["dev", "--database-url", "host=/x"], in: try TestFolder())
    #expect(try process.waitForEnd() == 1)
    #expect(process.output.contains("rosterd dev decides it itself"))
  }
}
