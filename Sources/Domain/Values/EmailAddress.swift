/// An e-mail address in the one form in which addresses are stored and compared: an ASCII dot-atom
/// in lower case, `@`, and the domain as lower-case A-labels. Plus-tags are part of the address.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
  /// The whole address, at most 254 octets.
  package let text: String

  package enum Refusal: Error, Hashable {
    /// No `@`, nothing before it, or nothing after it.
    case malformed
    /// The local part is not ASCII (RFC 6531), which Roster doesn't support.
    case localPartUnsupported
    /// The local part is not a dot-atom (RFC 5322 §3.2.3) of at most 64 octets.
    case localPartInvalid
    /// The domain is not two or more labels of letters, digits and inner hyphens.
    case domainInvalid
    /// More than 254 octets.
    case tooLong
  }

  /// Splits what a person typed at its last `@`; the domain then goes to IDNA, and both parts to
  /// ``init(localPart:asciiDomain:)``.
  package static func split(
    _ text: String
  ) throws(Refusal) -> (localPart: String, domain: String) {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { throw .malformed }
    let local = String(text[..<at])
    let domain = String(text[text.utf8.index(after: at)...])
    guard !local.isEmpty, !domain.isEmpty else { throw .malformed }
    return (local, domain)
  }

  /// - Parameters:
  ///   - localPart: as typed; ASCII letters become lower case.
  ///   - asciiDomain: A-labels, as IDNA 2008 gives them; letters become lower case.
  package init(localPart: String, asciiDomain: String) throws(Refusal) {
    guard localPart.utf8.allSatisfy({ $0 < 0x80 }) else { throw .localPartUnsupported }
    guard isDotAtom(localPart.utf8) else { throw .localPartInvalid }
    guard isHostName(asciiDomain.utf8) else { throw .domainInvalid }
    guard localPart.utf8.count + 1 + asciiDomain.utf8.count <= DataLimits.emailBytesMax else {
      throw .tooLong
    }
    guard localPart.utf8.count <= DataLimits.emailLocalPartBytesMax else {
      throw .localPartInvalid
    }
    text = "\(lowercased(localPart.utf8))@\(lowercased(asciiDomain.utf8))"
  }

  /// Takes an address that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }

  package var description: String { text }
}

/// RFC 5322 §3.2.3: runs of atext, separated by single dots.
private func isDotAtom(_ bytes: String.UTF8View) -> Bool {
  var afterDot = true
  for byte in bytes {
    if byte == UInt8(ascii: ".") {
      guard !afterDot else { return false }
      afterDot = true
    } else {
      guard isAtext(byte) else { return false }
      afterDot = false
    }
  }
  return !afterDot
}

private func isAtext(_ byte: UInt8) -> Bool {
  isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
}

/// Two or more labels of 1…63 letters, digits and inner hyphens; the last one not all digits, so
/// that no address literal passes as a name (RFC 3696 §2).
private func isHostName(_ bytes: String.UTF8View) -> Bool {
  let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard labels.count >= 2, let last = labels.last else { return false }
  guard last.contains(where: { !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) }) else {
    return false
  }
  return labels.allSatisfy { label in
    1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
      && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "a")...UInt8(ascii: "z"):
    true
  default: false
  }
}

private func lowercased(_ bytes: String.UTF8View) -> String {
  String(
    decoding: bytes.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 },
    as: UTF8.self)
}
