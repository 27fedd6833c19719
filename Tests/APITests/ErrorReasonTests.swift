import API
import RPC
import Testing

@Suite struct `The published error reasons` {
  @Test func `are upper snake case of at most 63 characters`() {
    for reason in ErrorReason.allCases {
      #expect(reason.text.count <= 63)
      #expect(reason.text.wholeMatch(of: /[A-Z]+(_[A-Z0-9]+)*/) != nil, "\(reason.text)")
    }
  }

  @Test func `include every reason that RPC raises by itself`() {
    let published = Set(ErrorReason.allCases.map(\.text))
    for reason in WireReason.allCases {
      #expect(published.contains(reason.rawValue), "\(reason.rawValue)")
    }
  }
}
