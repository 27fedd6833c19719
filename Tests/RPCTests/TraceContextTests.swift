import RPC
import Testing

@Suite struct `A trace context` {
  private static let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  private func parsed(_ text: String) -> TraceContext? {
    Array(text.utf8).withUnsafeBytes { TraceContext(parsing: $0) }
  }

  @Test func `is read from traceparent`() throws {
    let context = try #require(parsed(Self.sound))
    #expect(context.traceIDText == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(context.traceID.first == 0x4B && context.traceID.last == 0x36)
    #expect(context.spanIDText == "00f067aa0ba902b7")
    #expect(context.isSampled)
  }

  @Test func `survives a thousand round trips`() {
    var random = SmallRandom(state: 7)
    for _ in 0..<1_000 {
      let context = TraceContext.begin(using: &random)
      #expect(parsed(context.traceparent) == context)
      let child = context.child(using: &random)
      #expect(parsed(child.traceparent) == child)
      #expect(child.traceID == context.traceID && child.spanID != context.spanID)
    }
  }

  @Test func `is not read from a thousand texts with one wrong character`() {
    var random = SmallRandom(state: 9)
    for _ in 0..<1_000 {
      var text = Array(TraceContext.begin(using: &random).traceparent.utf8)
      let place = Int(random.next() % UInt64(text.count))
      // Neither a lower-case digit nor a dash.
      text[place] = Array("GZ xABF!_".utf8)[Int(random.next() % 9)]
      let context = text.withUnsafeBytes { TraceContext(parsing: $0) }
      #expect(context == nil, "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test(arguments: [
    "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
    "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  ])
  func `is not read from what the standard forbids`(text: String) {
    #expect(parsed(text) == nil)
  }

  @Test func `is read from a later version, which may say more`() {
    #expect(parsed(Self.sound.replacing("00-4", with: "01-4") + "-more") != nil)
  }

  @Test(arguments: [
    "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "a=", "fw529a3039@dt=FfBD fSL", "a=1, b=2\t,,",
    "1a@b=1", "a/b*c_d-e=!", (1...32).map { "k\($0)=v" }.joined(separator: ","),
  ])
  func `carries a sound tracestate`(text: String) {
    #expect(TraceState.isValid(text))
  }

  @Test(arguments: [
    "", ",", "a", "=1", "A=1", "1a=1", "a=1=2", "a=1,a=2", "a@b@c=1", "a@1b=1", "@b=1", "a=\u{7F}",
    "a=é", "é=1", (1...33).map { "k\($0)=v" }.joined(separator: ","),
    "a=" + String(repeating: "v", count: 257), String(repeating: "k", count: 257) + "=v",
  ])
  func `carries no malformed tracestate`(text: String) {
    #expect(!TraceState.isValid(text))
  }
}

/// SplitMix64.
private struct SmallRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
