/// A name of a person, an organization or a token: NFC text of at most 200 code points, no control
/// characters; may be empty.
package struct Name: Hashable, Sendable {
  package let text: String

  package static let empty = Name(stored: "")

  package enum Refusal: Error, Hashable {
    /// More than 200 code points.
    case tooLong
    /// Holds a control character (Unicode Cc) or a line or paragraph separator.
    case controlCharacter
  }

  /// - Parameter nfc: text that is already in NFC, since the limit counts its code points.
  package init(nfc text: String) throws(Refusal) {
    guard text.unicodeScalars.count <= DataLimits.nameCodePointsMax else { throw .tooLong }
    guard !text.unicodeScalars.contains(where: \.breaksLine) else { throw .controlCharacter }
    self.text = text
  }

  /// Takes a name that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }

  /// Nothing but white space.
  package var isBlank: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}

extension Unicode.Scalar {
  /// Controls (C0, DEL, C1) and U+2028, U+2029: what would break a line of a log or a list.
  var breaksLine: Bool {
    switch value {
    case 0...0x1f, 0x7f...0x9f, 0x2028, 0x2029: true
    default: false
    }
  }
}
