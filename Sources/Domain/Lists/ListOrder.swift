/// A field that a list can be sorted by; its raw value is the path.
package protocol SortField: RawRepresentable<String>, Hashable, CaseIterable, Sendable {}

/// The order of a list: one field, and the id between equals (AIP-132 with one field).
package struct ListOrder<Field: SortField>: Hashable, Sendable {
  package let field: Field
  package let isDescending: Bool

  package init(_ field: Field, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }

  /// Reads `field`, `field asc` or `field desc`, with spaces around; empty: `fallback`.
  package init(_ text: String, or fallback: ListOrder) throws(OrderRefusal) {
    let allowed = Field.allCases.map(\.rawValue)
    guard text.utf8.count <= Self.textBytesMax else { throw .malformed(allowed: allowed) }
    let keys = text.split(separator: ",", omittingEmptySubsequences: false)
    guard keys.count <= 1 else { throw .tooManyFields(allowed: allowed) }
    let words = text.split(separator: " ").map(String.init)
    guard let path = words.first else {
      self = fallback
      return
    }
    guard let field = Field(rawValue: path) else {
      throw .fieldUnknown(path, allowed: allowed)
    }
    guard words.count <= 2, words.count == 1 || words[1] == "asc" || words[1] == "desc" else {
      throw .malformed(allowed: allowed)
    }
    self.init(field, isDescending: words.last == "desc")
  }

  private static var textBytesMax: Int { 256 }

  /// The one text of this order.
  package var text: String { "\(field.rawValue) \(isDescending ? "desc" : "asc")" }
}

/// Why an order can't be read; with the fields that the list can be sorted by.
package enum OrderRefusal: Error, Hashable {
  case malformed(allowed: [String])
  case fieldUnknown(String, allowed: [String])
  /// More than one: the id breaks ties.
  case tooManyFields(allowed: [String])
}
