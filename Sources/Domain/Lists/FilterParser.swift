/// Reads the subset of AIP-160 that Roster's lists take:
///
///     filter     = [ factor { [ "AND" ] factor } ]
///     factor     = term { "OR" term }
///     term       = [ "NOT" | "-" ] comparison | "(" factor { [ "AND" ] factor } ")"
///     comparison = path operator value
///
/// As in AIP-160, OR binds tighter than AND. OR joins equalities of one field only, and NOT stands
/// before a comparison only, so that a filter is a conjunction.
package struct FilterParser: ~Copyable {
  private var lexer: FilterLexer
  private var comparisonCount = 0

  private init(_ lexer: consuming FilterLexer) {
    self.lexer = lexer
  }

  /// - Returns: conditions that all must hold, in the order of the text.
  package static func parse(_ text: String) throws(FilterRefusal) -> [FilterTerm] {
    // A code point has at most four octets: what is far too long isn't counted.
    guard text.utf8.count <= DataLimits.filterLengthMax * 4,
      text.unicodeScalars.count <= DataLimits.filterLengthMax
    else { throw .tooLong }
    var parser = FilterParser(FilterLexer(text))
    let terms = try parser.conjunction(depth: 0)
    guard parser.lexer.isAtEnd else {
      throw .unexpected(at: parser.lexer.position, expected: .field)
    }
    return terms
  }

  private mutating func conjunction(depth: Int) throws(FilterRefusal) -> [FilterTerm] {
    var terms: [FilterTerm] = []
    lexer.skipSpace()
    while !lexer.isAtEnd, !lexer.isAt(")") {
      if !terms.isEmpty, lexer.take(word: "AND"), lexer.isAtEnd || lexer.isAt(")") {
        throw .unexpected(at: lexer.position, expected: .field)
      }
      terms += try factor(depth: depth)
      lexer.skipSpace()
    }
    return terms
  }

  private mutating func factor(depth: Int) throws(FilterRefusal) -> [FilterTerm] {
    let start = lexer.position
    var terms = try term(depth: depth)
    while lexer.take(word: "OR") {
      let position = lexer.position
      let others = try term(depth: depth)
      guard terms.count == 1, others.count == 1, terms[0].isAlternative,
        others[0].isAlternative, terms[0].path == others[0].path
      else { throw .combinationUnsupported(at: terms.count == 1 ? position : start) }
      terms[0].values += others[0].values
    }
    return terms
  }

  private mutating func term(depth: Int) throws(FilterRefusal) -> [FilterTerm] {
    lexer.skipSpace()
    let start = lexer.position
    let isNegated = lexer.takeNegation()
    lexer.skipSpace()
    guard lexer.isAt("(") else { return [try comparison(isNegated)] }
    guard !isNegated else { throw .combinationUnsupported(at: start) }
    guard depth < DataLimits.filterDepthMax else { throw .tooDeep(at: lexer.position) }
    lexer.advance()
    let terms = try conjunction(depth: depth + 1)
    guard lexer.isAt(")") else {
      throw .unexpected(at: lexer.position, expected: .parenthesis)
    }
    guard !terms.isEmpty else { throw .unexpected(at: lexer.position, expected: .field) }
    lexer.advance()
    return terms
  }

  private mutating func comparison(_ isNegated: Bool) throws(FilterRefusal) -> FilterTerm {
    let position = lexer.position
    guard let path = lexer.takePath() else { throw .unexpected(at: position, expected: .field) }
    comparisonCount += 1
    guard comparisonCount <= DataLimits.filterComparisonsMax else {
      throw .tooManyComparisons(at: position)
    }
    lexer.skipSpace()
    guard let comparison = lexer.takeOperator() else {
      throw .unexpected(at: lexer.position, expected: .comparison)
    }
    lexer.skipSpace()
    let value = try lexer.takeValue()
    return FilterTerm(path, at: position, isNegated: isNegated, comparison, [value])
  }
}

extension FilterTerm {
  /// Whether OR may join it with another of its field.
  fileprivate var isAlternative: Bool {
    comparison == .equal && !isNegated && values.allSatisfy { $0.form == .whole }
  }
}
