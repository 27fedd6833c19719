import Logging
import Server
import Testing
import Transport

@Suite struct `Configuration` {
  private func refusal(
    file: String? = nil, environment: [String: String] = [:], flags: [String] = []
  ) -> String? {
    do {
      _ = try read(file: file, environment: environment, flags: flags)
      return nil
    } catch {
      return error.description
    }
  }

  private func read(
    file: String? = nil, environment: [String: String] = [:], flags: [String] = []
  ) throws(ConfigurationError) -> ConfigurationReader {
    var reader = ConfigurationReader()
    if let file { try reader.readFile(Array(file.utf8), path: "r.json") }
    try reader.readEnvironment(environment)
    try reader.readFlags(flags)
    return reader
  }

  @Test func `takes every kind of value from the file`() throws {
    let file = """
      {
        "listen": ["127.0.0.1:1", "[::1]:2", "unix:/run/r.sock"],
        "allow_plaintext": true,
        "loops": 3,
        "shutdown": {"notice": "1500ms"},
        "database": {"url": "postgresql://h/db", "max_total": 12},
        "log": {"level": "debug"}
      }
      """
    let configuration = try read(file: file).configuration
    #expect(
      configuration.listen.map(\.description) == [
        "127.0.0.1:1", "[::1]:2", "unix:/run/r.sock",
      ])
    #expect(configuration.allowPlaintext)
    #expect(configuration.loops == 3)
    #expect(configuration.shutdown.notice == .milliseconds(1500))
    #expect(configuration.database.url?.text == "postgresql://h/db")
    #expect(configuration.database.totalMax == 12)
    #expect(configuration.logLevel == .debug)
  }

  @Test func `puts a flag above its variable and that above the file`() throws {
    let file = #"{"loops": 1, "shutdown": {"notice": "1s"}, "log": {"level": "error"}}"#
    let environment = ["ROSTER_LOOPS": "2", "ROSTER_SHUTDOWN_NOTICE": "2s", "PATH": "/bin"]
    let reader = try read(file: file, environment: environment, flags: ["--loops", "3"])
    #expect(reader.configuration.loops == 3)
    #expect(reader.configuration.shutdown.notice == .seconds(2))
    #expect(reader.configuration.logLevel == .error)
    #expect(reader.origins["loops"] == .flag("--loops"))
    #expect(reader.origins["log.level"] == .file(path: "r.json", line: 1))
  }

  @Test(arguments: [
    (#"{"listn": []}"#, "r.json:1: there is no setting listn; did you mean listen?"),
    (
      "{\n\"database\": {\"system_ulr\": \"x\"}}",
      "r.json:2: there is no setting database.system_ulr; did you mean database.system_url?"
    ),
    (
      #"{"colour": 1}"#,
      "r.json:1: there is no setting colour; rosterd serve --help lists them all"
    ),
  ])
  func `refuses an unknown key and names the nearest`(file: String, text: String) {
    #expect(refusal(file: file) == text)
  }

  @Test func `refuses unknown variables and flags, but not those of others`() {
    #expect(
      refusal(environment: ["ROSTER_DATABASE_ULR": "x"])
        == """
        ROSTER_DATABASE_ULR: there is no setting ROSTER_DATABASE_ULR; \
        did you mean ROSTER_DATABASE_URL?
        """)
    #expect(
      refusal(flags: ["--lop", "1"])
        == "--lop: there is no setting --lop; did you mean --loops?")
    #expect(refusal(environment: ["ROSTER_TOKEN": "x", "ROSTER_DEV": "/x", "HOME": "/"]) == nil)
  }

  @Test(arguments: [
    (#"{"loops": "many"}"#, "r.json:1: loops must be a whole number from 0 to 256"),
    (#"{"loops": 257}"#, "r.json:1: loops must be a whole number from 0 to 256"),
    (#"{"reflection": 1}"#, "r.json:1: reflection must be true or false"),
    (#"{"tls": "sometimes"}"#, "r.json:1: tls must be one of mutual, server, none"),
    (
      #"{"shutdown.notice": "2"}"#,
      "r.json:1: shutdown.notice must be a time from 0s to 1m, with its unit: 250ms, 5s or 2m"
    ),
    (
      #"{"shutdown.notice": "61s"}"#,
      "r.json:1: shutdown.notice must be a time from 0s to 1m, with its unit: 250ms, 5s or 2m"
    ),
    (
      #"{"listen": ["example.com:1"]}"#,
      """
      r.json:1: listen must be addresses such as 127.0.0.1:8443, [::1]:8443 or \
      unix:/run/roster.sock
      """
    ),
    (#"{"loops": 1, "loops": 1}"#, "r.json:1: loops is set twice; remove one of the two"),
  ])
  func `refuses a value of the wrong kind or beyond its range`(file: String, text: String) {
    #expect(refusal(file: file) == text)
  }

  @Test func `never prints a secret`() throws {
    let flags = ["--database-url", "postgresql://u:hunter2@h/db"]
    let reader = try read(flags: flags)
    #expect(!reader.report().contains("hunter2"))
    #expect(!"\(reader)".contains("hunter2"))
    #expect(!String(reflecting: reader.configuration).contains("hunter2"))
    #expect(refusal(flags: ["--database-url", "hunter2"])?.contains("hunter2") == false)
  }

  @Test func `takes a flag of true or false alone or with its value`() throws {
    #expect(try read(flags: ["--allow-plaintext", "--loops=1"]).configuration.allowPlaintext)
    #expect(try !read(flags: ["--reflection", "off"]).configuration.reflection)
    #expect(refusal(flags: ["--loops"]) == "--loops needs a value: a whole number from 0 to 256")
  }

  @Test(arguments: [
    ("", "{ is missing"),
    ("{", "text in quotes is missing"),
    (#"{"loops" 1}"#, ": is missing"),
    (#"{"loops": 1,}"#, "a comma too many before }"),
    (#"{"loops": 1} x"#, "nothing may follow the last }"),
    (#"{"loops": 1.5}"#, "loops must be text in quotes, a whole number, true, false or a list"),
    (#"{"loops": null}"#, "loops must be text in quotes, a whole number, true, false or a list"),
    (#"{"keys_file": "a"#, "a closing quote is missing"),
    (#"{"keys_file": "\q"}"#, "an unknown escape after \\"),
    (
      #"{"keys_file": "\ud800"}"#,
      "\\u must be followed by four hexadecimal digits of a character"
    ),
    (String(repeating: #"{"a":"#, count: 9), "objects are nested too deep"),
  ])
  func `refuses what is no JSON of settings, with its line`(file: String, reason: String) {
    #expect(refusal(file: file) == "r.json:1: \(reason)")
  }

  @Test func `gives every key its own variable and flag`() {
    let table = ConfigurationKey.table
    #expect(Set(table.map(\.variable)).count == table.count)
    #expect(Set(table.map(\.flag)).count == table.count)
    let key = table.first { $0.name == "database.system_url" }
    #expect(key?.variable == "ROSTER_DATABASE_SYSTEM_URL")
    #expect(key?.flag == "--database-system-url")
  }
}
