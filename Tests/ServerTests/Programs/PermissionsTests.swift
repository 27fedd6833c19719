import Glibc
import Server
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `rosterd permissions apply` {
  private func apply(
    _ text: String, in folder: TestFolder
  ) throws -> (status: Int32, output: String) {
    let path = folder.path + "/permissions.json"
    try writeFile(path, Array(text.utf8))
    let url = "host=\(folder.path)/state dbname=roster user=roster_system"
    let process = try RosterdProcess(
      ["permissions", "apply", "--file", path, "--database-system-url", url], in: folder)
    return (try process.waitForEnd(), process.output)
  }

  private func entry(_ name: String, _ scope: String = "all") -> String {
    #"{"permission":"\#(name)","description":"","scopes":["\#(scope)"]}"#
  }

  @Test func `makes the catalogue what the file says, and prints what changed`() throws {
    let folder = try TestFolder()
    let dev = try RosterdProcess(["dev", "--port", "\(try HeldPort.free())"], in: folder)
    try dev.wait(for: "roster.v1.UserService/GetUserByEmail")
    let file = "[\(entry("agents.use")),\(entry("reports.read"))]"
    let first = try apply(file, in: folder)
    #expect(first.status == 0)
    #expect(
      first.output == """
        + reports.read
        ~ agents.use
        - agents.create
        - agents.edit
        - agents.train
        - analytics.read

        """)
    #expect(try apply(file, in: folder).output == "nothing changed\n")
    let back = try apply("[\(entry("agents.use", "own")),\(entry("agents.edit"))]", in: folder)
    #expect(back.output == "~ agents.use\n~ agents.edit\n- reports.read\n")

    for (text, words) in [
      ("{}", "no JSON list"), ("[\(entry("agents.use")),{}]", "permission 2: needs a"),
      ("[\(entry("users.read"))]", "users.read is a permission of Roster's own"),
    ] {
      let refused = try apply(text, in: folder)
      #expect(refused.status != 0)
      #expect(refused.output.contains(words), "\(refused.output)")
    }
    #expect(try apply("[]", in: folder).output == "- agents.edit\n- agents.use\n")
  }
}
