package import Domain

extension EmailAddress {
  /// Takes what a person typed to the one form that is stored: local part in lower case, domain as
  /// A-labels. White space is refused, not trimmed.
  package init(parsing text: String) throws(Refusal) {
    let (localPart, domain) = try Self.split(text)
    guard localPart.utf8.count <= EmailDomain.inputByteCountMax else { throw .tooLong }
    try self.init(localPart: localPart, asciiDomain: EmailDomain.asciiForm(domain))
  }
}
