import Domain
import Testing

@testable import Text

@Suite struct `The domain of an e-mail address` {
  /// Domains of ASCII take a short way; libidn2 must agree with it.
  @Test func `in ASCII is what libidn2 gives`() {
    var generator = SplitMix(state: 7)
    let alphabet = Array("abcXYZ0189--..")
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...12, using: &generator)
      let text = String((0..<count).compactMap { _ in alphabet.randomElement(using: &generator) })
      guard EmailDomain.isPlain(text) else { continue }
      let short = try? EmailAddress(localPart: "a", asciiDomain: EmailDomain.asciiForm(text))
      let converted = (try? EmailDomain.convert(text)).map { text in
        text.last == "." ? String(text.dropLast()) : text
      }
      let long = converted.flatMap { try? EmailAddress(localPart: "a", asciiDomain: $0) }
      #expect(short == long, "\(text)")
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
