import Server
import Testing

@Suite struct `What rosterd dev leaves` {
  @Test func `is an environment that a shell can read, whatever is in it`() throws {
    let file = DevEnvironmentFile(
      address: "localhost:8080", token: "it's", operatorToken: "o", toolsFolder: "/a b/.tools")
    let output = try ChildProcess.run([
      "sh", "-c",
      file.text + #"echo "$ROSTER_ADDRESS,$ROSTER_TOKEN,$ROSTER_OPERATOR_TOKEN,${PATH%%:*}""#,
    ])
    #expect(output == "localhost:8080,it's,o,/a b/.tools\n")
  }

  @Test func `names a folder of tools only when a shell would not find them`() {
    #expect(DevEnvironmentFile.toolsFolder(path: "/usr/bin:/bin") == nil)
    #expect(DevEnvironmentFile.toolsFolder(path: "") == nil)
  }

  @Test func `invents a thousand people with addresses of their own`() {
    let people = DemoNames.people
    #expect(people.count == 1000)
    #expect(Set(people.map(\.email)).count == 1000)
    #expect(people[0].email == "ada@demo.example")
    #expect(people[0].givenName == "Ada" && people[0].familyName == "Lovelace")
    #expect(people.allSatisfy { $0.email.utf8.allSatisfy { $0 < 0x80 } })
    #expect(people.contains { $0.givenName == "Bjørn" && $0.email.hasPrefix("bjorn.") })
  }
}
