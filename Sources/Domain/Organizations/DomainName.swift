/// The domain of an e-mail address in the one form in which it is stored: lower-case A-labels, by
/// the rules of ``EmailAddress``.
package struct DomainName: Hashable, Sendable {
  package let text: String

  package enum Refusal: Error, Hashable {
    /// Not two or more labels of letters, digits and inner hyphens, or over 252 octets.
    case invalid
  }

  /// - Parameter ascii: A-labels, as IDNA 2008 gives them; letters become lower case.
  package init(ascii: String) throws(Refusal) {
    do throws(EmailAddress.Refusal) {
      let address = try EmailAddress(localPart: "a", asciiDomain: ascii)
      text = String(address.text.dropFirst(2))
    } catch {
      throw .invalid
    }
  }

  /// Takes a domain that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}
