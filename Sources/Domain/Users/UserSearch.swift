/// A text that is looked for inside of addresses and display names, in lower case.
package struct UserSearch: Hashable, Sendable {
  package let text: String

  package enum Refusal: Error, Hashable {
    /// Without three letters or digits in a row there is no trigram that an index could find.
    case tooShort
    /// More than 200 code points.
    case tooLong
    case controlCharacter
  }

  /// - Parameter text: as typed; white space around it doesn't count.
  package init(_ text: String) throws(Refusal) {
    guard text.utf8.count <= DataLimits.searchCodePointsMax * 4,
      text.unicodeScalars.count <= DataLimits.searchCodePointsMax
    else { throw .tooLong }
    guard !text.unicodeScalars.contains(where: \.breaksLine) else { throw .controlCharacter }
    let trimmed = text.drop { $0.isWhitespace }
    // Characters, of which normalization makes no fewer code points.
    let longest = trimmed.split { !($0.isLetter || $0.isNumber) }.map(\.count).max() ?? 0
    guard longest >= DataLimits.searchRunMin else { throw .tooShort }
    let end = trimmed.lastIndex { !$0.isWhitespace } ?? trimmed.startIndex
    self.text = String(trimmed[...end])
  }
}
