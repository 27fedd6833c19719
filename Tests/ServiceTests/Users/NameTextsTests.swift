import RPC
import Testing

@testable import Service

@Suite struct `Names on their way to NFC` {
  /// Table: what NFC could still bring to 200 code points, and what it can't.
  private static let texts: [(scalar: Unicode.Scalar, count: Int, isTaken: Bool)] = [
    ("x", 800, true), ("x", 801, false), ("\u{301}", 800, true), ("\u{301}", 801, false),
    ("\u{1D15E}", 800, true), ("\u{1D15E}", 801, false), ("\u{301}", 2_000_000, false),
  ]

  @Test func `are sent to the database up to four times their limit`() throws {
    for (scalar, count, isTaken) in Self.texts {
      let text = String(String.UnicodeScalarView(repeatElement(scalar, count: count)))
      if isTaken {
        _ = try NameTexts([("name", text)])
      } else {
        let failure = #expect(throws: ServiceFailure.self) { try NameTexts([("name", text)]) }
        #expect(failure?.status.reason == "NAME_TOO_LONG", "\(count) of \(scalar)")
        #expect(failure?.status.metadata == ["field": "name", "limit": "200"])
      }
    }
  }
}
