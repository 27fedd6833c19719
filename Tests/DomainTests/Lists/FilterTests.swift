import Domain
import Testing

/// Fields of a list that exists here alone.
private enum Field: String, FilterField {
  case name, size, open
  case at = "made.at"
  case owner, tag, note

  enum Size: String, CaseIterable {
    case small, large
  }

  var rule: FilterRule {
    switch self {
    case .name: .text
    case .size: .choice(Size.self)
    case .open: .bool
    case .at: .optionalTime
    case .owner: .optionalID
    case .tag: .idOrKey
    case .note: .optionalText
    }
  }
}

private func tests(_ text: String) throws -> [String] {
  try FilterCondition<Field>.parse(text).map { condition in
    "\(condition.field.rawValue) \(condition.test.words)"
  }
}

extension FilterTest {
  fileprivate var words: String {
    switch self {
    case .anyOf(let values): "any " + values.map(\.words).joined(separator: " ")
    case .noneOf(let values): "none " + values.map(\.words).joined(separator: " ")
    case .prefix(let text): "prefix \(text)"
    case .atLeast(let instant): "from \(instant.microseconds)"
    case .before(let instant): "before \(instant.microseconds)"
    case .present: "present"
    case .absent: "absent"
    }
  }
}

extension FilterValue {
  fileprivate var words: String {
    switch self {
    case .text(let text): text
    case .bool(let value): "\(value)"
    case .time(let instant): "\(instant.microseconds)"
    case .id(let id): id.text
    }
  }
}

private func refusal(_ text: String) -> FilterRefusal? {
  do throws(FilterRefusal) {
    _ = try FilterCondition<Field>.parse(text)
    return nil
  } catch {
    return error
  }
}

@Suite struct `A filter` {
  private static let id = "01a2009c-d5b3-747e-ad7c-bef19d2cbf40"

  /// Table: texts, and the conditions that all must hold.
  @Test(arguments: [
    ("", []),
    (" \t\n ", []),
    ("name = \"Ada\"", ["name any Ada"]),
    ("name=Ada", ["name any Ada"]),
    ("name='Ada \"L\"'", ["name any Ada \"L\""]),
    (#"name = "a\"b\\c\*""#, [#"name any a"b\c*"#]),
    ("name != Ada", ["name none Ada"]),
    ("NOT name = Ada", ["name none Ada"]),
    ("-name = Ada", ["name none Ada"]),
    ("NOT name != Ada", ["name any Ada"]),
    ("name = \"ad*\"", ["name prefix ad"]),
    ("name = a OR name = b", ["name any a b"]),
    ("(name = a OR name = b) AND open = true", ["name any a b", "open any true"]),
    ("name = a OR name = b open = true", ["name any a b", "open any true"]),
    ("open = true AND size = small OR size = large", ["open any true", "size any small large"]),
    ("(open = true) AND (size = small)", ["open any true", "size any small"]),
    ("(open = true AND size = small) name = a", ["open any true", "size any small", "name any a"]),
    ("((((((((((open = true))))))))))", ["open any true"]),
    ("made.at < 1970-01-01T00:00:01Z", ["made.at before 1000000"]),
    ("made.at <= 1970-01-01T00:00:01Z", ["made.at before 1000001"]),
    ("made.at > \"1970-01-01T00:00:01Z\"", ["made.at from 1000001"]),
    ("made.at >= 1970-01-01T01:00:01+01:00", ["made.at from 1000000"]),
    ("NOT made.at >= 1970-01-01T00:00:01Z", ["made.at before 1000000"]),
    ("NOT made.at < 1970-01-01T00:00:01Z", ["made.at from 1000000"]),
    ("NOT made.at <= 1970-01-01T00:00:01Z", ["made.at from 1000001"]),
    ("NOT made.at > 1970-01-01T00:00:01Z", ["made.at before 1000001"]),
    ("made.at:* -owner:*", ["made.at present", "owner absent"]),
    ("owner = \(id)", ["owner any \(id)"]),
    ("tag = \(id) OR tag = admin", ["tag any \(id) admin"]),
    ("name = AND AND name = OR", ["name any AND", "name any OR"]),
  ])
  func `is a conjunction of conditions`(text: String, conditions: [String]) throws {
    #expect(try tests(text) == conditions)
  }

  /// Table: texts, and what is wrong with them, where.
  @Test(
    arguments: [
      ("name", .unexpected(at: 5, expected: .comparison)),
      ("name =", .unexpected(at: 7, expected: .value)),
      ("name = \"Ada", .unexpected(at: 12, expected: .quote)),
      (#"name = "a\n""#, .unexpected(at: 11, expected: .escape)),
      ("name = \"a*b\"", .unexpected(at: 11, expected: .quote)),
      ("name = \"a\"b", .unexpected(at: 11, expected: .space)),
      ("name = é", .unexpected(at: 8, expected: .value)),
      ("= a", .unexpected(at: 1, expected: .field)),
      ("Name = a", .unexpected(at: 1, expected: .field)),
      ("AND name = a", .unexpected(at: 1, expected: .field)),
      ("name = a AND", .unexpected(at: 13, expected: .field)),
      ("name = a OR", .unexpected(at: 12, expected: .field)),
      ("(name = a", .unexpected(at: 10, expected: .parenthesis)),
      ("name = a)", .unexpected(at: 9, expected: .field)),
      ("()", .unexpected(at: 2, expected: .field)),
      ("NOT", .unexpected(at: 4, expected: .field)),
      ("NOT (name = a)", .combinationUnsupported(at: 1)),
      ("name = a OR open = true", .combinationUnsupported(at: 13)),
      ("name = a OR name != b", .combinationUnsupported(at: 13)),
      ("name = a OR NOT name = b", .combinationUnsupported(at: 13)),
      ("name = a OR name = \"b*\"", .combinationUnsupported(at: 13)),
      ("(name = a open = true) OR name = b", .combinationUnsupported(at: 1)),
      ("(((((((((((open = true)))))))))))", .tooDeep(at: 11)),
      (
        "nam = a",
        .fieldUnknown(
          "nam", at: 1, allowed: ["name", "size", "open", "made.at", "owner", "tag", "note"])
      ),
      ("open = true name < a", .operatorNotAllowed("name", at: 13, allowed: ["=", "!="])),
      (
        "made.at = 2026-01-01T00:00:00Z",
        .operatorNotAllowed("made.at", at: 1, allowed: ["<", "<=", ">", ">=", ":"])
      ),
      ("name:*", .operatorNotAllowed("name", at: 1, allowed: ["=", "!="])),
      ("owner:a", .valueInvalid("owner", at: 7, expected: ["*"])),
      ("name = *", .valueInvalid("name", at: 8, expected: ["text"])),
      ("NOT name = \"a*\"", .valueInvalid("name", at: 12, expected: ["text"])),
      ("note = \"a*\"", .valueInvalid("note", at: 8, expected: ["text"])),
      ("size = medium", .valueInvalid("size", at: 8, expected: ["small", "large"])),
      ("open = yes", .valueInvalid("open", at: 8, expected: ["true", "false"])),
      ("made.at < yesterday", .valueInvalid("made.at", at: 11, expected: ["RFC 3339 time"])),
      ("owner = me", .valueInvalid("owner", at: 9, expected: ["id"])),
      ("name = \"a\u{0}\"", .valueInvalid("name", at: 8, expected: ["text"])),
    ] as [(String, FilterRefusal)])
  func `that can't be read names the place`(text: String, expected: FilterRefusal) {
    #expect(refusal(text) == expected)
  }

  @Test func `has at most 2,048 characters`() {
    let quoted = { (count: Int) in "name = \"\(String(repeating: "é", count: count))\"" }
    #expect(refusal(quoted(2_039)) == nil)
    #expect(refusal(quoted(2_040)) == .tooLong)
  }

  @Test func `has at most 16 comparisons`() {
    let most = Array(repeating: "open = true", count: 16).joined(separator: " ")
    #expect(refusal(most) == nil)
    #expect(refusal(most + " name = a") == .tooManyComparisons(at: 193))
  }

  @Test func `is read in a time that its limits bound`() {
    #expect(refusal(String(repeating: "(", count: 2_048)) == .tooDeep(at: 11))
    #expect(refusal(String(repeating: "-", count: 2_048)) != nil)
  }
}
