import Glibc
import Logging
import Server
import Testing

@Suite struct `The log` {
  /// Logs through a pipe and returns what arrived.
  private func logged(_ body: (Logger) -> Void) throws -> String {
    var ends: [CInt] = [0, 0]
    try #require(pipe(&ends) == 0)
    let writer = LogWriter(descriptor: ends[1])
    body(Logger(label: "test") { _ in JSONLogHandler(level: .info, writer: writer) })
    writer.flush()
    close(ends[1])
    defer { close(ends[0]) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(ends[0], &bytes, bytes.count)
    return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
  }

  /// The line after its instant.
  private func rest(of line: String) -> String {
    String(line.drop { $0 != "," })
  }

  @Test func `writes one object a line with instant, level and event`() throws {
    let text = try logged {
      $0.info("listening", metadata: ["port": "8080", "n": .stringConvertible(3)])
    }
    let instant = #/^{"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",/#
    #expect(text.firstMatch(of: instant) != nil)
    #expect(rest(of: text) == #","level":"info","event":"listening","n":3,"port":"8080"}"# + "\n")
  }

  @Test(arguments: [
    ("a\nb", #"a\u000ab"#),
    ("\u{1B}[31m", #"\u001b[31m"#),
    (#"","level":"x"#, #"\",\"level\":\"x"#),
    (#"\"#, #"\\"#),
    ("\u{2028}\u{85}\u{7F}", #"\u2028\u0085\u007f"#),
    ("Ünï", "Ünï"),
  ])
  func `escapes what could break a line`(input: String, output: String) throws {
    let text = try logged { $0.info("e", metadata: ["f": .string(input)]) }
    #expect(rest(of: text) == #","level":"info","event":"e","f":"\#(output)"}"# + "\n")
  }

  @Test func `cuts input at 256 bytes on a character`() throws {
    let text = try logged {
      $0.info("e", metadata: ["f": .string(String(repeating: "ü", count: 300))])
    }
    let kept = String(repeating: "ü", count: 128)
    #expect(rest(of: text) == #","level":"info","event":"e","f":"\#(kept)…"}"# + "\n")
  }

  @Test func `leaves out what is below its level`() throws {
    #expect(try logged { $0.debug("e") } == "")
  }

  @Test func `drops and counts rather than waits when nobody reads`() throws {
    var ends: [CInt] = [0, 0]
    try #require(pipe(&ends) == 0)
    let writer = LogWriter(descriptor: ends[1], capacity: 4096)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
    for _ in 0..<5000 { writer.write(line) }
    var text = ""
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while !text.contains("log_lines_dropped") {
      let count = read(ends[0], &chunk, chunk.count)
      try #require(count > 0)
      text += String(decoding: chunk[..<count], as: UTF8.self)
    }
    #expect(text.contains(#""level":"warning","event":"log_lines_dropped","count":"#))
  }

  @Test(arguments: [
    (0, 1970, 1, 1), (59, 1970, 3, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
    (20_778, 2026, 11, 21), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
  ])
  func `knows the calendar`(days: Int, year: Int, month: Int, day: Int) {
    let date = CivilDate(daysSince1970: days)
    #expect(date.year == year && date.month == month && date.day == day)
  }
}
