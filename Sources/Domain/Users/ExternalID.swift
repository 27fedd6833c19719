/// The id a user has in the caller's own system: 1…255 octets, compared byte for byte.
package struct ExternalID: Hashable, Sendable {
  package let text: String

  package enum Refusal: Error, Hashable {
    case empty
    /// More than 255 octets.
    case tooLong
    case controlCharacter
  }

  package init(_ text: String) throws(Refusal) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= DataLimits.externalIDBytesMax else { throw .tooLong }
    guard !text.unicodeScalars.contains(where: \.breaksLine) else { throw .controlCharacter }
    self.text = text
  }

  /// Takes an id that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }

  // String compares by canonical equivalence; another system's id is its bytes.
  package static func == (a: ExternalID, b: ExternalID) -> Bool {
    a.text.utf8.elementsEqual(b.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
