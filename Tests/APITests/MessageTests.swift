import API
import RPC
import Testing

@Suite struct `Decoding a message` {
  private func decode(_ bytes: [UInt8]) throws(Status) -> Roster_V1_GetUserRequest {
    try Roster_V1_GetUserRequest(decoding: RequestMessage(bytes))
  }

  @Test func `takes its fields`() throws {
    let request = try decode([0x0A, 1, 0x61, 0x12, 2, 0x62, 0x63])
    #expect(request.organizationID == "a")
    #expect(request.userID == "bc")
  }

  @Test func `drops fields it does not know`() throws {
    let request = try decode([0x12, 1, 0x62, 0xFA, 0x3F, 1, 0x78])
    #expect(try request.encoded().bytes == [0x12, 1, 0x62])
  }

  @Test(
    arguments: [
      [0x0A, 5, 0x61],  // ends inside a field
      [0x0A],  // ends inside a length
      [0x0A, 1, 0xFF],  // a string that is not UTF-8
      [0x0F, 1],  // wire type 7
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],  // a length beyond the message
      [0x0C],  // an end without a group
    ] as [[UInt8]])
  func `refuses bytes that are no message as INVALID_ARGUMENT`(_ bytes: [UInt8]) {
    let status = #expect(throws: Status.self) { try decode(bytes) }
    #expect(status?.code == .invalidArgument)
    #expect(status?.reason == "MESSAGE_MALFORMED")
    #expect(status?.message == "the message is not a valid roster.v1.GetUserRequest")
  }
}

@Suite struct `Deterministic bytes` {
  @Test func `do not depend on the order in which a map was filled`() throws {
    let keys = (0..<40).map { "key\($0)" }
    var (forward, backward) = (Roster_V1_UserFields(), Roster_V1_UserFields())
    for key in keys { forward.attributes[key] = "x" }
    for key in keys.reversed() { backward.attributes[key] = "x" }
    #expect(try forward.deterministicBytes() == backward.deterministicBytes())
  }
}
