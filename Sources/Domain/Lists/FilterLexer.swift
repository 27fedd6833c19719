/// The words of a filter, taken one after another.
struct FilterLexer: ~Copyable {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// From 1.
  var position: Int { index + 1 }
  var isAtEnd: Bool { index == scalars.count }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  func isAt(_ scalar: Unicode.Scalar) -> Bool { next == scalar }

  mutating func advance() {
    index = min(index + 1, scalars.count)
  }

  mutating func skipSpace() {
    while let next, next.isFilterSpace { index += 1 }
  }

  /// Takes a keyword and the white space around it; `ANDes` is none.
  mutating func take(word: String) -> Bool {
    skipSpace()
    let letters = word.unicodeScalars
    let end = index + letters.count
    guard end <= scalars.count, scalars[index..<end].elementsEqual(letters),
      end == scalars.count || scalars[end].isFilterSpace || scalars[end] == "("
        || scalars[end] == ")"
    else { return false }
    index = end
    skipSpace()
    return true
  }

  /// Takes `NOT` or `-`.
  mutating func takeNegation() -> Bool {
    if isAt("-") {
      advance()
      return true
    }
    return take(word: "NOT")
  }

  /// Takes a field's path: lower-case letters, digits, `_` and `.`, a letter first.
  mutating func takePath() -> String? {
    guard let first = next, "a"..."z" ~= first else { return nil }
    var path = String.UnicodeScalarView()
    while let next, next.isPathPart {
      path.append(next)
      index += 1
    }
    return String(path)
  }

  mutating func takeOperator() -> FilterOperator? {
    for length in [2, 1] where index + length <= scalars.count {
      let text = String(String.UnicodeScalarView(scalars[index..<index + length]))
      if let comparison = FilterOperator(rawValue: text) {
        index += length
        return comparison
      }
    }
    return nil
  }

  /// Takes a value, which must be followed by white space, a parenthesis or the end.
  mutating func takeValue() throws(FilterRefusal) -> FilterLiteral {
    let start = position
    guard let first = next else { throw .unexpected(at: start, expected: .value) }
    let value: FilterLiteral
    if first == "\"" || first == "'" {
      value = try takeQuoted(by: first)
    } else if first == "*" {
      advance()
      value = FilterLiteral("", .anything, at: start)
    } else {
      value = try takeBare()
    }
    guard next.map({ $0.isFilterSpace || $0 == ")" }) ?? true else {
      throw .unexpected(at: position, expected: .space)
    }
    return value
  }

  private mutating func takeBare() throws(FilterRefusal) -> FilterLiteral {
    let start = position
    var text = String.UnicodeScalarView()
    while let next, next.isBare {
      text.append(next)
      index += 1
    }
    guard !text.isEmpty else { throw .unexpected(at: start, expected: .value) }
    return FilterLiteral(String(text), at: start)
  }

  /// `\` makes a quote, `*` or `\` an ordinary character; a `*` that is none stands at the end.
  private mutating func takeQuoted(by quote: Unicode.Scalar) throws(FilterRefusal) -> FilterLiteral
  {
    let start = position
    advance()
    var text = String.UnicodeScalarView()
    while let next, next != quote {
      if next == "*" {
        advance()
        guard isAt(quote) else { throw .unexpected(at: position, expected: .quote) }
        advance()
        guard !text.isEmpty else { return FilterLiteral("", .anything, at: start) }
        return FilterLiteral(String(text), .prefix, at: start)
      }
      if next == "\\" {
        advance()
        guard let escaped = self.next, ["\\", "*", "\"", "'"].contains(escaped) else {
          throw .unexpected(at: position, expected: .escape)
        }
      }
      text.append(scalars[index])
      advance()
    }
    guard next == quote else { throw .unexpected(at: position, expected: .quote) }
    advance()
    return FilterLiteral(String(text), at: start)
  }
}

extension Unicode.Scalar {
  fileprivate var isFilterSpace: Bool {
    self == " " || self == "\t" || self == "\n" || self == "\r"
  }

  fileprivate var isPathPart: Bool {
    "a"..."z" ~= self || "0"..."9" ~= self || self == "_" || self == "."
  }

  /// May stand in a value without quotes.
  fileprivate var isBare: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "+", "@", "/": true
    default: false
    }
  }
}
