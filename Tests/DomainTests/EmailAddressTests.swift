import Domain
import Testing

@Suite struct `An e-mail address` {
  @Test(arguments: [
    ("ada", "demo.example", "ada@demo.example"), ("ADA", "Demo.Example", "ada@demo.example"),
    ("ada+tag", "demo.example", "ada+tag@demo.example"),
    ("a.b.c", "x.example", "a.b.c@x.example"),
    ("!#$%&'*+-/=?^_`{|}~", "x.example", "!#$%&'*+-/=?^_`{|}~@x.example"),
    ("a", "xn--bcher-kva.example", "a@xn--bcher-kva.example"), ("a", "1.2.c3", "a@1.2.c3"),
  ])
  func `is stored in lower case, plus-tags kept`(local: String, domain: String, text: String)
    throws
  {
    #expect(try EmailAddress(localPart: local, asciiDomain: domain).text == text)
  }

  @Test(arguments: [
    ("ädä", "x.example", EmailAddress.Refusal.localPartUnsupported),
    ("\u{ff41}da", "x.example", .localPartUnsupported),
    ("", "x.example", .localPartInvalid), (".a", "x.example", .localPartInvalid),
    ("a.", "x.example", .localPartInvalid), ("a..b", "x.example", .localPartInvalid),
    ("a b", "x.example", .localPartInvalid), ("\"a b\"", "x.example", .localPartInvalid),
    ("a@b", "x.example", .localPartInvalid), ("a\u{0}", "x.example", .localPartInvalid),
    ("a\r\nb", "x.example", .localPartInvalid), ("a", "localhost", .domainInvalid),
    ("a", "", .domainInvalid), ("a", "x..example", .domainInvalid),
    ("a", "x.example.", .domainInvalid), ("a", "-x.example", .domainInvalid),
    ("a", "x-.example", .domainInvalid), ("a", "x_y.example", .domainInvalid),
    ("a", "192.0.2.1", .domainInvalid), ("a", "[192.0.2.1]", .domainInvalid),
    ("a", "b\u{fc}cher.example", .domainInvalid), ("a", "x.exam ple", .domainInvalid),
  ])
  func `is refused when it is none`(
    local: String, domain: String, refusal: EmailAddress.Refusal
  ) {
    #expect(throws: refusal) { try EmailAddress(localPart: local, asciiDomain: domain) }
  }

  @Test func `has at most 254 octets, 64 before the sign and 63 a label`() throws {
    let label = String(repeating: "a", count: 63)
    // 64 + 1 + 63 + 1 + 63 + 1 + 61 = 254
    let domain = "\(label).\(label).\(String(repeating: "b", count: 61))"
    let local = String(repeating: "l", count: 64)
    #expect(try EmailAddress(localPart: local, asciiDomain: domain).text.utf8.count == 254)
    #expect(throws: EmailAddress.Refusal.tooLong) {
      try EmailAddress(localPart: local, asciiDomain: domain + "b")
    }
    #expect(throws: EmailAddress.Refusal.localPartInvalid) {
      try EmailAddress(localPart: local + "l", asciiDomain: "x.example")
    }
    #expect(throws: EmailAddress.Refusal.domainInvalid) {
      try EmailAddress(localPart: "a", asciiDomain: "\(label)a.example")
    }
  }

  @Test func `is split at its last sign`() throws {
    let parts = try EmailAddress.split("a@b@Bücher.example")
    #expect(parts.localPart == "a@b")
    #expect(parts.domain == "Bücher.example")
  }

  @Test(arguments: ["", "ada", "@x.example", "ada@", "@"])
  func `is malformed without something on both sides of a sign`(text: String) {
    #expect(throws: EmailAddress.Refusal.malformed) { try EmailAddress.split(text) }
  }
}
