/// How a filter compares a field with a value: the operators of AIP-160 that Roster takes.
package enum FilterOperator: String, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// Presence: `field:*`.
  case has = ":"
}

/// A value as it stands in a filter.
package struct FilterLiteral: Hashable, Sendable {
  package enum Form: Hashable, Sendable {
    /// The text as it stands, quotes and escapes removed.
    case whole
    /// A quoted text that ended in `*`, which is not part of it.
    case prefix
    /// A bare `*`.
    case anything
  }

  package let text: String
  package let form: Form
  /// Of its first character, from 1.
  package let position: Int

  package init(_ text: String, _ form: Form = .whole, at position: Int) {
    self.text = text
    self.form = form
    self.position = position
  }
}

/// One condition of a filter as it is written; several values are alternatives, joined by OR.
package struct FilterTerm: Hashable, Sendable {
  package let path: String
  /// Of the path's first character, from 1.
  package let position: Int
  package let isNegated: Bool
  package let comparison: FilterOperator
  package internal(set) var values: [FilterLiteral]

  package init(
    _ path: String, at position: Int, isNegated: Bool = false, _ comparison: FilterOperator,
    _ values: [FilterLiteral]
  ) {
    self.path = path
    self.position = position
    self.isNegated = isNegated
    self.comparison = comparison
    self.values = values
  }
}

/// Why a filter can't be read. Positions count code points from 1.
package enum FilterRefusal: Error, Hashable {
  /// Over ``DataLimits/filterLengthMax``.
  case tooLong
  /// Parentheses over ``DataLimits/filterDepthMax``.
  case tooDeep(at: Int)
  /// Over ``DataLimits/filterComparisonsMax``.
  case tooManyComparisons(at: Int)
  case unexpected(at: Int, expected: Expected)
  /// OR joins anything but equalities of one field, or NOT stands before a parenthesis.
  case combinationUnsupported(at: Int)
  /// - Parameter allowed: the paths that the list's filter takes.
  case fieldUnknown(String, at: Int, allowed: [String])
  /// - Parameter allowed: the operators that the field takes.
  case operatorNotAllowed(String, at: Int, allowed: [String])
  /// - Parameter expected: the values or the form of value that the field takes.
  case valueInvalid(String, at: Int, expected: [String])
  /// The field takes one such condition.
  case repeated(String, at: Int)

  /// What could stand where something else does.
  package enum Expected: String, Hashable, Sendable {
    case field = "a field"
    case comparison = "an operator"
    case value = "a value"
    case quote = "a closing quote"
    case escape = "an escape of \\ or * or a quote"
    case parenthesis = "a closing parenthesis"
    case space = "a space"
  }
}
