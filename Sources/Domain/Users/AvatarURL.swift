/// Where a picture of the user is: an `https:` or `http:` address of at most 2,048 octets, or
/// empty.
package struct AvatarURL: Hashable, Sendable {
  package let text: String

  package static let unset = AvatarURL(stored: "")

  package enum Refusal: Error, Hashable {
    /// Another scheme, no host, or a character no address has (RFC 3986 §2).
    case invalid
    /// More than 2,048 octets.
    case tooLong
  }

  package init(_ text: String) throws(Refusal) {
    guard text.utf8.count <= DataLimits.avatarURLBytesMax else { throw .tooLong }
    guard text.isEmpty || isWebAddress(text) else { throw .invalid }
    self.text = text
  }

  /// Takes an address that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}

private func isWebAddress(_ text: String) -> Bool {
  let prefix = text.hasPrefix("https://") ? 8 : text.hasPrefix("http://") ? 7 : 0
  guard prefix > 0, let first = text.utf8.dropFirst(prefix).first,
    first != UInt8(ascii: "/"), first != UInt8(ascii: "?"), first != UInt8(ascii: "#")
  else { return false }
  return text.utf8.allSatisfy { byte in
    0x21...0x7e ~= byte && !"\"<>\\^`{|}".utf8.contains(byte)
  }
}
