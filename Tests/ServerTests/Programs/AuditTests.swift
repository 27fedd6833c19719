import Glibc
import Server
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct `rosterd audit` {
  @Test func `proves what the server has sealed, and names what was changed since`() throws {
    let folder = try TestFolder()
    let state = folder.path + "/state"
    let heads = folder.path + "/heads"
    func verify(_ arguments: String...) throws -> (status: Int32, output: String) {
      let process = try RosterdProcess(
        ["audit", "verify"] + arguments + [
          "--keys-file", state + "/keys.json", "--audit-heads-file", heads,
          "--database-system-url", "host=\(state) user=roster_system dbname=roster",
        ], in: folder)
      return (try process.waitForEnd(), process.output)
    }
    let port = try HeldPort.free()
    let dev = try RosterdProcess(
      ["dev", "--port", "\(port)", "--audit-heads-file", heads], in: folder)
    try dev.wait(for: "GetUserByEmail")

    // Sealing is a worker's: it has half a second, and this machine's slowness.
    var found = try verify()
    for _ in 0..<100 where found.output.contains(" 0 heads") { found = try verify() }
    #expect(found.status == 0, "\(found.output)")
    #expect(found.output.contains("intact: "))
    let chain = try #require(
      found.output.split(separator: "\n").first { $0.hasPrefix("ok") && !$0.contains("00000000-0") }
    )
    let organization = String(chain.split(separator: " ")[1])

    _ = try ChildProcess.run([
      "psql", "-qX", "host=\(state) user=roster_owner dbname=roster", "-c",
      "UPDATE roster.events SET reason = 'X' WHERE organization_id = '\(organization)' "
        + "AND event_id = (SELECT event_id FROM roster.events "
        + "WHERE organization_id = '\(organization)' ORDER BY event_id DESC LIMIT 1)",
    ])
    let broken = try verify("--organization", organization)
    #expect(broken.status == 1)
    #expect(broken.output.contains("BAD \(organization) seal 1 differs"))
    #expect(broken.output.contains("1 faults: 1 chains"))

    let other = try RosterdProcess(["audit", "verify", "--organization", "demo"], in: folder)
    #expect(try other.waitForEnd() != 0)
    #expect(other.output.contains("demo is no id of an organization"))
  }
}
