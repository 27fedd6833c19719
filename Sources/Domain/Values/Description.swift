/// What a person wrote about a resource: at most 2,000 code points, no control character but tab
/// and line feed; may be empty.
package struct Description: Hashable, Sendable {
  package let text: String

  package static let empty = Description(stored: "")

  package enum Refusal: Error, Hashable {
    /// More than 2,000 code points.
    case tooLong
    case controlCharacter
  }

  package init(_ text: String) throws(Refusal) {
    guard text.unicodeScalars.count <= DataLimits.descriptionCodePointsMax else { throw .tooLong }
    let isRefused = { (scalar: Unicode.Scalar) in
      scalar.breaksLine && scalar != "\n" && scalar != "\t"
    }
    guard !text.unicodeScalars.contains(where: isRefused) else { throw .controlCharacter }
    self.text = text
  }

  /// Takes a text that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}
