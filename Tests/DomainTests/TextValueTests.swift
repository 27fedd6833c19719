import Domain
import Testing

@Suite struct `A name` {
  @Test func `has at most 200 code points`() throws {
    let longest = String(repeating: "\u{1f600}", count: 200)
    #expect(try Name(nfc: longest).text == longest)
    #expect(throws: Name.Refusal.tooLong) { try Name(nfc: longest + "a") }
  }

  @Test(arguments: ["a\u{0}", "a\nb", "\u{7f}", "\u{85}", "a\u{2028}b", "\u{1b}[31m"])
  func `holds no control character`(text: String) {
    #expect(throws: Name.Refusal.controlCharacter) { try Name(nfc: text) }
  }

  @Test func `is blank when it shows nothing`() throws {
    #expect(try Name(nfc: " \u{a0}\u{3000}").isBlank)
    #expect(Name.empty.isBlank)
    #expect(try !Name(nfc: " a ").isBlank)
  }
}

@Suite struct `A reason` {
  @Test func `has at most 500 code points and may have several lines`() throws {
    let longest = String(repeating: "é", count: 499) + "\n"
    #expect(try Reason(longest).text == longest)
    #expect(throws: Reason.Refusal.tooLong) { try Reason(longest + "a") }
    #expect(throws: Reason.Refusal.controlCharacter) { try Reason("a\u{0}") }
  }
}

@Suite struct `A language tag` {
  @Test(arguments: ["", "en", "pt-BR", "zh-Hant-TW", "de-CH-1996", "sr"])
  func `has the form of BCP 47`(text: String) throws {
    #expect(try LanguageTag(text).text == text)
  }

  @Test(arguments: ["e", "en_US", "en-", "-en", "e1", "en-toolongsubtag", "en US", "en-ü"])
  func `is refused in any other form`(text: String) {
    #expect(throws: LanguageTag.Refusal.invalid) { try LanguageTag(text) }
  }

  @Test func `has at most 35 octets`() throws {
    let longest = "en-abcdefgh-abcdefgh-abcdefgh-abcde"
    #expect(try LanguageTag(longest).text.utf8.count == 35)
    #expect(throws: LanguageTag.Refusal.tooLong) { try LanguageTag(longest + "f") }
  }
}

@Suite struct `A time zone` {
  @Test(arguments: ["UTC", "Europe/Lisbon", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
  func `has the form of an IANA name`(text: String) throws {
    #expect(try TimeZoneName(text).text == text)
  }

  @Test(arguments: ["", "utc", "Europe", "Europe/", "/Lisbon", "Europe/lisbon", "+05:30", "A/B;C"])
  func `is refused in any other form`(text: String) {
    #expect(throws: TimeZoneName.Refusal.invalid) { try TimeZoneName(text) }
  }
}

@Suite struct `A slug` {
  @Test(arguments: ["a1", "demo", "0-0", "a--b", String(repeating: "a", count: 63)])
  func `is 2 to 63 of a to z, digits and hyphens`(text: String) throws {
    #expect(try Slug(text).text == text)
  }

  @Test(arguments: [
    "", "a", "Demo", "-a", "a-", "a_b", "a b", "ä1", String(repeating: "a", count: 64),
  ])
  func `is refused in any other form`(text: String) {
    #expect(throws: Slug.Refusal.invalid) { try Slug(text) }
  }
}

@Suite struct `An external id` {
  @Test func `has 1 to 255 octets`() throws {
    let longest = String(repeating: "x", count: 255)
    #expect(try ExternalID(longest).text == longest)
    #expect(throws: ExternalID.Refusal.tooLong) { try ExternalID(longest + "x") }
    #expect(throws: ExternalID.Refusal.empty) { try ExternalID("") }
    #expect(throws: ExternalID.Refusal.controlCharacter) { try ExternalID("a\tb") }
  }

  @Test func `is its bytes, whatever Unicode thinks of them`() throws {
    #expect(try ExternalID("\u{e9}") != ExternalID("e\u{301}"))
    #expect(try Set([ExternalID("\u{e9}"), ExternalID("e\u{301}")]).count == 2)
  }
}

@Suite struct `An avatar's address` {
  @Test(arguments: ["", "https://x.example/a.png?s=1#f", "http://[2001:db8::1]:8080/%20"])
  func `is of the web, or empty`(text: String) throws {
    #expect(try AvatarURL(text).text == text)
  }

  @Test(arguments: [
    "javascript:alert(1)", "data:image/png;base64,AA==", "https://", "https:///x", "//x.example",
    "https://x.example/a b", "https://x.example/<", "https://x.example/\u{e9}", "HTTPS://x.example",
  ])
  func `is refused in any other form`(text: String) {
    #expect(throws: AvatarURL.Refusal.invalid) { try AvatarURL(text) }
  }

  @Test func `has at most 2,048 octets`() throws {
    let longest = "https://x.example/" + String(repeating: "a", count: 2_030)
    #expect(try AvatarURL(longest).text.utf8.count == 2_048)
    #expect(throws: AvatarURL.Refusal.tooLong) { try AvatarURL(longest + "a") }
  }
}
