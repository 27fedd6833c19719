import HTTP2
import Logging
import RPC
import Server
import Testing
import Transport

@Suite struct `Settings read again` {
  private func read(_ file: String) throws -> ConfigurationReader {
    var reader = ConfigurationReader()
    try reader.readFile(Array(file.utf8), path: "r.json")
    return reader
  }

  @Test func `are taken up where they are hot, and named where they are not`() throws {
    let old = try read(#"{"loops": 1, "log.level": "error", "limits.streams": 5}"#)
    let new = try read(#"{"loops": 2, "log.level": "debug", "limits.header_fields": 9}"#)
    let (merged, changes) = old.takingHot(from: new)
    #expect(changes.hot == ["log.level", "limits.streams", "limits.header_fields"])
    #expect(changes.cold == ["loops"])
    #expect(merged.configuration.loops == 1)
    #expect(merged.configuration.logLevel == .debug)
    #expect(merged.configuration.server.rpcLimits.callsMax == 128)
    #expect(merged.configuration.server.sessionLimits.headerFieldCountMax == 9)
    // The cold change is named again, as long as it waits for a restart.
    #expect(merged.takingHot(from: new).1 == ConfigurationReader.Changes(cold: ["loops"]))
  }

  @Test func `change nothing when they are the same`() throws {
    let text = #"{"database.url": "host=a password=canary", "limits.pings": "7/2s"}"#
    let (merged, changes) = try read(text).takingHot(from: try read(text))
    #expect(changes == ConfigurationReader.Changes())
    #expect(merged.report().contains("limits.pings = 7/2s  [r.json:1]"))
    #expect(!merged.report().contains("canary"))
  }

  @Test func `tell that a secret changed, and not to what`() throws {
    let old = try read(#"{"database.url": "host=a password=canary"}"#)
    let (merged, changes) = old.takingHot(from: try read(#"{"database.url": "host=b"}"#))
    #expect(changes.cold == ["database.url"])
    #expect(merged.configuration.database.url?.text == "host=a password=canary")
  }
}

@Suite struct `Settings of callers` {
  private func read(_ file: String) -> ConfigurationReader? {
    var reader = ConfigurationReader()
    try? reader.readFile(Array(file.utf8), path: "r.json")
    return reader.origins.isEmpty ? nil : reader
  }

  @Test func `say what certificates stand for`() throws {
    let file = """
      {"tls": "mutual", "tls.identities": [
        {"uri": "spiffe://a/b", "name": "b", "methods": ["*"], "organizations": ["*"]},
        {"uri": "u:1", "name": "c", "methods": ["a.B/C"], "organizations": ["x"],
         "act_for_users": true}
      ], "loops": 3}
      """
    let configuration = try #require(read(file)).configuration
    #expect(
      configuration.tlsSettings.identities == [
        IdentitySettings(
          uri: "spiffe://a/b", name: "b", methods: ["*"], organizations: ["*"],
          actsForUsers: false),
        IdentitySettings(
          uri: "u:1", name: "c", methods: ["a.B/C"], organizations: ["x"], actsForUsers: true),
      ])
    #expect(configuration.loops == 3)
  }

  @Test(arguments: [
    #"{"tls.identities": [{"uri": "u:1"}]}"#,
    #"{"tls.identities": [{"uri": "u", "name": "c", "methods": [], "organizations": [], "x": 1}]}"#,
    #"{"tls.identities": [{"uri": 1, "name": "c", "methods": [], "organizations": []}]}"#,
    #"{"tls.identities": "u:1"}"#, #"{"tls.identities": [{}]}"#,
    #"{"cors.origins": ["https://a/path"]}"#, #"{"cors.origins": ["*"]}"#,
    #"{"limits.pings": "20"}"#, #"{"limits.pings": "0/1s"}"#, #"{"limits.pings": "1/61m"}"#,
    #"{"limits.pings": "1/0s"}"#, #"{"limits.pings": 20}"#, #"{"limits.pings": "1/1s/1s"}"#,
    #"{"admin.listen": "here"}"#, #"{"quotas.burst": -1}"#,
  ])
  func `are refused when they are malformed`(file: String) {
    #expect(read(file) == nil)
  }

  @Test func `take rates, origins and no admin port`() throws {
    let file = """
      {"limits": {"resets": "5/250ms"}, "cors.origins": ["https://a.example:8443"],
       "admin": {"listen": "off"}}
      """
    let configuration = try #require(read(file)).configuration
    #expect(configuration.server.sessionLimits.abuse.resetsReceived.count == 5)
    #expect(configuration.server.sessionLimits.abuse.resetsReceived.per == .milliseconds(250))
    #expect(configuration.server.rpcLimits.crossOrigin.origins == ["https://a.example:8443"])
    #expect(configuration.adminListen == nil)
  }
}
