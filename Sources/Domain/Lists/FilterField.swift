/// A field that a list's filter may name; its raw value is the path.
package protocol FilterField: RawRepresentable<String>, Hashable, CaseIterable, Sendable {
  var rule: FilterRule { get }
}

/// What a field of a filter takes.
package struct FilterRule: Sendable {
  package enum Value: Hashable, Sendable {
    case text
    /// One of some words.
    case choice([String])
    case bool
    /// RFC 3339.
    case time
    /// A UUID in canonical text.
    case id
    /// An id, or a resource's key.
    case idOrKey
  }

  package let value: Value
  package let operators: [FilterOperator]
  /// `"text*"` is allowed.
  package let allowsPrefix: Bool

  private init(
    _ value: Value, _ operators: [FilterOperator], allowsPrefix: Bool = false
  ) {
    self.value = value
    self.operators = operators
    self.allowsPrefix = allowsPrefix
  }

  /// `=`, `!=`, a prefix.
  package static let text = FilterRule(.text, [.equal, .notEqual], allowsPrefix: true)
  /// `=`, `!=`, presence; compared byte for byte.
  package static let optionalText = FilterRule(.text, [.equal, .notEqual, .has])
  package static let bool = FilterRule(.bool, [.equal, .notEqual])
  package static let id = FilterRule(.id, [.equal, .notEqual])
  package static let optionalID = FilterRule(.id, [.equal, .notEqual, .has])
  package static let idOrKey = FilterRule(.idOrKey, [.equal, .notEqual])
  package static let time = FilterRule(.time, [.less, .lessOrEqual, .greater, .greaterOrEqual])
  package static let optionalTime = FilterRule(
    .time, [.less, .lessOrEqual, .greater, .greaterOrEqual, .has])
  /// `=` alone: an instant that is not compared with a column of that name.
  package static let instant = FilterRule(.time, [.equal])

  package static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ type: Choice.Type
  ) -> FilterRule {
    FilterRule(.choice(Choice.allCases.map(\.rawValue)), [.equal, .notEqual])
  }
}

/// A value of the kind its field takes.
package enum FilterValue: Hashable, Sendable {
  case text(String)
  case bool(Bool)
  case time(Timestamp)
  case id(UUID128)
}

/// What one condition asks of a field.
package enum FilterTest: Hashable, Sendable {
  case anyOf([FilterValue])
  case noneOf([FilterValue])
  case prefix(String)
  case atLeast(Timestamp)
  case before(Timestamp)
  case present
  case absent
}

/// A condition that was checked against the fields of its list.
package struct FilterCondition<Field: FilterField>: Hashable, Sendable {
  package let field: Field
  /// Of the path's first character, from 1.
  package let position: Int
  package let test: FilterTest

  /// Reads a filter.
  /// - Returns: conditions that all must hold.
  package static func parse(_ text: String) throws(FilterRefusal) -> [FilterCondition] {
    var conditions: [FilterCondition] = []
    for term in try FilterParser.parse(text) { conditions.append(try FilterCondition(term)) }
    return conditions
  }

  init(_ term: FilterTerm) throws(FilterRefusal) {
    guard let field = Field(rawValue: term.path) else {
      throw .fieldUnknown(
        term.path, at: term.position, allowed: Field.allCases.map(\.rawValue))
    }
    self.field = field
    position = term.position
    test = try FilterTest(term, field.rule)
  }
}

extension FilterTest {
  fileprivate init(_ term: FilterTerm, _ rule: FilterRule) throws(FilterRefusal) {
    guard rule.operators.contains(term.comparison) else {
      throw .operatorNotAllowed(
        term.path, at: term.position, allowed: rule.operators.map(\.rawValue))
    }
    if term.comparison == .has {
      try Self.requireAnything(term)
      self = term.isNegated ? .absent : .present
      return
    }
    if let prefix = try Self.prefix(term, rule) {
      self = .prefix(prefix)
      return
    }
    var values: [FilterValue] = []
    for literal in term.values { values.append(try FilterValue(literal, term.path, rule)) }
    switch (term.comparison, values.first) {
    case (.equal, _): self = term.isNegated ? .noneOf(values) : .anyOf(values)
    case (.notEqual, _): self = term.isNegated ? .anyOf(values) : .noneOf(values)
    case (let comparison, .time(let instant)):
      self = Self.ordering(comparison, instant, isNegated: term.isNegated)
    default:
      throw .operatorNotAllowed(
        term.path, at: term.position, allowed: rule.operators.map(\.rawValue))
    }
  }

  private static func requireAnything(_ term: FilterTerm) throws(FilterRefusal) {
    for literal in term.values where literal.form != .anything {
      throw .valueInvalid(term.path, at: literal.position, expected: ["*"])
    }
  }

  /// Nil when the values are whole.
  private static func prefix(
    _ term: FilterTerm, _ rule: FilterRule
  ) throws(FilterRefusal) -> String? {
    guard let literal = term.values.first, literal.form == .prefix else { return nil }
    guard rule.allowsPrefix, term.comparison == .equal, !term.isNegated else {
      throw .valueInvalid(term.path, at: literal.position, expected: rule.value.words)
    }
    return literal.text
  }

  /// Ranges are half open, in microseconds.
  private static func ordering(
    _ comparison: FilterOperator, _ instant: Timestamp, isNegated: Bool
  ) -> FilterTest {
    let next = instant.advanced(by: .microseconds(1))
    return switch comparison {
    case .less: isNegated ? .atLeast(instant) : .before(instant)
    case .lessOrEqual: isNegated ? .atLeast(next) : .before(next)
    case .greater: isNegated ? .before(next) : .atLeast(next)
    case .greaterOrEqual: isNegated ? .before(instant) : .atLeast(instant)
    case .equal, .notEqual, .has: .absent
    }
  }
}

extension FilterValue {
  fileprivate init(
    _ literal: FilterLiteral, _ path: String, _ rule: FilterRule
  ) throws(FilterRefusal) {
    guard literal.form == .whole, let value = FilterValue(literal.text, rule.value) else {
      throw .valueInvalid(path, at: literal.position, expected: rule.value.words)
    }
    self = value
  }

  private init?(_ text: String, _ kind: FilterRule.Value) {
    // PostgreSQL's texts hold no U+0000.
    guard !text.utf8.contains(0) else { return nil }
    switch kind {
    case .text: self = .text(text)
    case .choice(let words):
      guard words.contains(text) else { return nil }
      self = .text(text)
    case .bool:
      guard text == "true" || text == "false" else { return nil }
      self = .bool(text == "true")
    case .time:
      guard let instant = Timestamp(rfc3339: text) else { return nil }
      self = .time(instant)
    case .id:
      guard let id = UUID128(canonical: text) else { return nil }
      self = .id(id)
    case .idOrKey:
      self = UUID128(canonical: text).map { .id($0) } ?? .text(text)
    }
  }
}

extension FilterRule.Value {
  /// What a caller is told could stand there.
  fileprivate var words: [String] {
    switch self {
    case .text: ["text"]
    case .choice(let words): words
    case .bool: ["true", "false"]
    case .time: ["RFC 3339 time"]
    case .id: ["id"]
    case .idOrKey: ["id", "key"]
    }
  }
}
