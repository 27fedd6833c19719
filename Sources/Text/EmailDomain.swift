import CIDN
package import Domain

/// The domain of an e-mail address as A-labels (IDNA 2008, mapped by UTS #46 without transitional
/// processing, so that `ß` and `ss` are two domains).
package enum EmailDomain {
  /// Longer input is refused before IDNA sees it, in octets of UTF-8: a label of 63 octets is never
  /// written with more than 63 code points.
  package static let inputByteCountMax = 1_024

  /// Without the trailing dot, in lower case. The form of a host name is checked by
  /// ``Domain/EmailAddress`` then.
  package static func asciiForm(_ domain: String) throws(EmailAddress.Refusal) -> String {
    guard domain.utf8.count <= inputByteCountMax else { throw .tooLong }
    // C would take the part before a NUL for the whole.
    guard !domain.utf8.contains(0) else { throw .domainInvalid }
    let converted = isPlain(domain) ? domain.lowercased() : try convert(domain)
    return converted.last == "." ? String(converted.dropLast()) : converted
  }

  /// ASCII without a label that says how it is encoded (RFC 5890 §2.3.1: `--` in third place):
  /// nothing of it is IDNA's.
  static func isPlain(_ domain: String) -> Bool {
    let labels = domain.utf8.split(separator: UInt8(ascii: "."))
    return domain.utf8.allSatisfy { $0 < 0x80 }
      && !labels.contains { $0.dropFirst(2).starts(with: "--".utf8) }
  }

  /// libidn2 2.3 drops what the STD3 rules forbid instead of refusing it (`bü_cher` becomes
  /// `bücher`, and so do 370 other code points in the place of `_`), so only a name that is the
  /// same with and without these rules is taken.
  static func convert(_ domain: String) throws(EmailAddress.Refusal) -> String {
    let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue
    let lax = try convert(domain, flags: CInt(flags))
    let strict = try convert(domain, flags: CInt(flags | IDN2_USE_STD3_ASCII_RULES.rawValue))
    guard lax == strict else { throw .domainInvalid }
    return strict
  }

  /// Returns of libidn2: IDN2_OK, or one of its negative codes, every one of which refuses the
  /// name; only IDN2_MALLOC is not the name's fault.
  private static func convert(
    _ domain: String, flags: CInt
  ) throws(EmailAddress.Refusal) -> String {
    var output: UnsafeMutablePointer<CChar>?
    let result = idn2_to_ascii_8z(domain, &output, flags)
    defer { idn2_free(output) }
    guard result == IDN2_OK.rawValue, let output else { throw .domainInvalid }
    return String(cString: output)
  }
}
