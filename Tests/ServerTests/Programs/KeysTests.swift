import Glibc
import Server
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `rosterd keys` {
  @Test func `brings a new primary in while the database is served`() throws {
    let folder = try TestFolder()
    let state = folder.path + "/state"
    func run(_ arguments: String...) throws -> String {
      let process = try RosterdProcess(
        ["keys"] + arguments + [
          "--keys-file", state + "/keys.json", "--database-owner-url",
          "host=\(state) user=roster_owner dbname=roster",
        ], in: folder)
      #expect(try process.waitForEnd() == 0, "\(process.output)")
      return process.output
    }
    func start() throws -> RosterdProcess {
      let port = try HeldPort.free()
      let dev = try RosterdProcess(["dev", "--port", "\(port)"], in: folder)
      try dev.wait(for: "GetUserByEmail")
      return dev
    }

    let dev = try start()
    #expect(try run("add").contains("key 2 added"))
    #expect(try run("reseal").contains("resealed 0 keys"))
    #expect(try run("promote", "2").contains("key 2 seals"))
    #expect(try run("reseal").contains("resealed 1000 keys"))
    #expect(try run("reseal").contains("resealed 0 keys"))
    dev.child.send(SIGTERM)
    #expect(try dev.waitForEnd() == 0)
    _ = try start()
  }

  @Test func `never replaces a ring and names what it lacks`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/k.json"
    for (arguments, status, words) in [
      (["create"], 0 as Int32, "one key"), (["create"], 1, "File exists"),
      (["promote", "7"], 1, "the primary key 7 is not among the keys"),
    ] {
      let process = try RosterdProcess(["keys"] + arguments + ["--keys-file", path], in: folder)
      #expect(try process.waitForEnd() == status)
      #expect(process.output.contains(words))
    }
  }
}
