/// A language tag (BCP 47) of at most 35 octets, by its form only; empty stands for "the default".
package struct LanguageTag: Hashable, Sendable {
  package let text: String

  package static let unset = LanguageTag(stored: "")

  package enum Refusal: Error, Hashable {
    case invalid
    /// More than 35 octets.
    case tooLong
  }

  package init(_ text: String) throws(Refusal) {
    guard text.utf8.count <= DataLimits.localeBytesMax else { throw .tooLong }
    guard text.isEmpty || isLanguageTag(text.utf8) else { throw .invalid }
    self.text = text
  }

  /// Takes a tag that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}

/// RFC 5646 §2.1, the part every tag shares: a language of 2…8 letters, then subtags of 1…8
/// letters and digits.
private func isLanguageTag(_ bytes: String.UTF8View) -> Bool {
  let subtags = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  guard let language = subtags.first, 2...8 ~= language.count else { return false }
  let isLetter = { (byte: UInt8) in UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
  guard language.allSatisfy(isLetter) else { return false }
  return subtags.dropFirst().allSatisfy { subtag in
    1...8 ~= subtag.count
      && subtag.allSatisfy { isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }
}
