import Domain
import Testing
import Text

/// What is stored for a text, or its refusal.
func parse(_ text: String) -> Result<String, EmailAddress.Refusal> {
  do throws(EmailAddress.Refusal) {
    return .success(try EmailAddress(parsing: text).text)
  } catch {
    return .failure(error)
  }
}

@Suite struct `An e-mail address` {
  @Test(arguments: [
    ("ada@demo.example", "ada@demo.example"),
    ("Ada.Lovelace@Demo.Example", "ada.lovelace@demo.example"),
    ("ada+news@demo.example", "ada+news@demo.example"),
    ("!#$%&'*+-/=?^_`{|}~@demo.example", "!#$%&'*+-/=?^_`{|}~@demo.example"),
    ("ada@demo.example.", "ada@demo.example"),
    ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
    ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
    ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
    ("ada@straße.example", "ada@xn--strae-oqa.example"),
    ("ada@ドメイン名例.example", "ada@xn--eckwd4c7cu47r2wf.example"),
    ("ada@demo。example", "ada@demo.example"),
    ("ada@1.example", "ada@1.example"),
  ])
  func `has one stored form`(text: String, stored: String) {
    #expect(parse(text) == .success(stored))
  }

  @Test(arguments: [
    ("", EmailAddress.Refusal.malformed), ("ada", .malformed), ("@demo.example", .malformed),
    ("ada@", .malformed), ("ada＠demo.example", .malformed),
    ("ada@b@demo.example", .localPartInvalid), (" ada@demo.example", .localPartInvalid),
    ("ada@demo.example ", .domainInvalid), ("a..b@demo.example", .localPartInvalid),
    (".a@demo.example", .localPartInvalid), ("a.@demo.example", .localPartInvalid),
    ("\"a b\"@demo.example", .localPartInvalid), ("a\0b@demo.example", .localPartInvalid),
    ("a\r\nb@demo.example", .localPartInvalid),
    ("ädä@demo.example", .localPartUnsupported), ("аda@demo.example", .localPartUnsupported),
    ("ａda@demo.example", .localPartUnsupported),
    ("ada@demo..example", .domainInvalid), ("ada@.example", .domainInvalid),
    ("ada@demo.example..", .domainInvalid), ("ada@-demo.example", .domainInvalid),
    ("ada@demo-.example", .domainInvalid), ("ada@de_mo.example", .domainInvalid),
    ("ada@de mo.example", .domainInvalid), ("ada@demo.example\0.other", .domainInvalid),
    ("ada@[192.0.2.1]", .domainInvalid), ("ada@192.0.2.1", .domainInvalid),
    ("ada@xn--a.example", .domainInvalid), ("ada@xn--bücher.example", .domainInvalid),
    ("ada@bü_cher.example", .domainInvalid), ("ada@bü＿cher.example", .domainInvalid),
    ("ada@xn--b_cher-3ya.example", .domainInvalid), ("ada@xn--a-ufo.example", .domainInvalid),
    ("ada@a≠.example", .domainInvalid), ("ada@bü\u{1}cher.example", .domainInvalid),
    ("ada@☃︎\u{202E}.example", .domainInvalid),
    ("ada@\u{301}a.example", .domainInvalid), ("ada@אa.example", .domainInvalid),
  ])
  func `is refused with its reason`(text: String, refusal: EmailAddress.Refusal) {
    #expect(parse(text) == .failure(refusal))
  }

  @Test func `has at most 254 octets, 64 of them before the sign`() {
    let label = String(repeating: "d", count: 63)
    let local = String(repeating: "a", count: 64)
    let domain = [label, label, String(repeating: "d", count: 61)].joined(separator: ".")
    #expect(parse("\(local)@\(domain)") == .success("\(local)@\(domain)"))
    #expect("\(local)@\(domain)".utf8.count == 254)
    #expect(parse("\(local)@\(domain)d") == .failure(.tooLong))
    #expect(parse("a\(local)@demo.example") == .failure(.localPartInvalid))
    #expect(parse("a@\(label)d.example") == .failure(.domainInvalid))
  }

  @Test func `is measured by its A-labels`() {
    let label = String(repeating: "ü", count: 50)
    let domain = [label, label, label, label].joined(separator: ".") + ".example"
    guard case .success(let stored) = parse("a@\(label).example") else {
      Issue.record("50 code points fit a label")
      return
    }
    #expect(stored.utf8.count < 80)
    #expect(parse("a@\(domain)").map(\.utf8.count) == .success(stored.utf8.count * 4 - 3 * 9))
  }

  @Test func `of any length is refused without work`() {
    let long = String(repeating: "ü.", count: 600)
    #expect(parse("ada@" + long) == .failure(.tooLong))
    #expect(parse(String(repeating: "a", count: 2_000) + "@demo.example") == .failure(.tooLong))
    #expect(parse("ada@" + String(repeating: "a.", count: 1_000_000)) == .failure(.tooLong))
  }
}

@Suite struct `Lookalikes of an e-mail address` {
  @Test(arguments: [
    ("a@x.example", "A@X.example"), ("a@x.example", "a@X.EXAMPLE"), ("a@x.example", "a@x.example."),
    ("a@bücher.example", "a@xn--bcher-kva.example"), ("a@bücher.example", "a@BÜCHER.EXAMPLE"),
    ("a@bücher.example", "a@bu\u{308}cher.example"), ("a@ｘ.example", "a@x.example"),
    ("a@x。example", "a@x.example"), ("a@x．example", "a@x.example"), ("a@x.ｅxample", "a@x.example"),
    ("a@ﬁle.example", "a@file.example"), ("a@exam\u{AD}ple.example", "a@example.example"),
    ("a@Σίσυφος.example", "a@σίσυφος.example"),
  ])
  func `that mean one address are one`(first: String, second: String) throws {
    let stored = try parse(first).get()
    #expect(parse(second) == .success(stored))
  }

  @Test(arguments: [
    ("a@x.example", "a+tag@x.example"), ("a.b@x.example", "ab@x.example"),
    ("a@paypal.example", "a@pаypal.example"), ("a@google.example", "a@gооgle.example"),
    ("a@straße.example", "a@strasse.example"), ("a@bücher.example", "a@bucher.example"),
    ("a@x.example", "a@x-example.example"), ("a@ı.example", "a@i.example"),
    ("a@l.example", "a@1.example"), ("a@σίσυφος.example", "a@σίσυφοσ.example"),
  ])
  func `that mean two addresses stay two`(first: String, second: String) throws {
    let stored = try (parse(first).get(), parse(second).get())
    #expect(stored.0 != stored.1)
  }

  @Test(arguments: ["ａ@x.example", "а@x.example", "á@x.example", "a\u{200B}@x.example"])
  func `before the sign are refused, not folded`(text: String) {
    #expect(parse(text) == .failure(.localPartUnsupported))
  }

  @Test func `stay themselves when stored forms are parsed again`() throws {
    for text in ["A@BÜCHER.example", "a@x.example.", "a@ｘ。example", "a+b@Σίσυφος.example"] {
      let stored = try parse(text).get()
      #expect(parse(stored) == .success(stored))
    }
  }
}
