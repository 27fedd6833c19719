/// One setting: its name in the file, from which the variable and the flag follow, and how a value
/// of it is read.
package struct ConfigurationKey: Sendable {
  /// As in the file, nested by dots: `database.system_url`.
  package let name: String
  /// One line for the help and the README.
  package let summary: String
  /// What a value looks like, for help and errors: `a whole number from 0 to 256`.
  package let expected: String
  package let isSecret: Bool
  /// What holds when nothing sets it, as text.
  package let standard: String
  /// Puts a value into the configuration; false when it isn't as `expected`.
  let assign: @Sendable (inout Configuration, ConfigurationValue) -> Bool
  /// SIGHUP takes it up; any other key keeps what the process was started with.
  package var isHot = false
  /// By which an operator sees the limit at work.
  package var metric: String?

  /// `ROSTER_DATABASE_SYSTEM_URL`
  package var variable: String {
    "ROSTER_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
  }

  /// `--database-system-url`
  package var flag: String {
    "--" + name.map { $0 == "." || $0 == "_" ? "-" : String($0) }.joined()
  }
}

/// A value as it was written: the file has types, variables and flags are text.
package enum ConfigurationValue: Hashable, Sendable {
  case text(String)
  case integer(Int)
  case flag(Bool)
  case list([String])
  /// In a file only: objects of the other kinds.
  case objects([[String: ConfigurationValue]])

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .text(let text): Int(text)
    case .flag, .list, .objects: nil
    }
  }

  /// true, false, on and off, as words or as JSON's own.
  var flag: Bool? {
    switch self {
    case .flag(let value): value
    case .text("true"), .text("on"): true
    case .text("false"), .text("off"): false
    case .text, .integer, .list, .objects: nil
    }
  }

  /// A list, or text with commas between the parts.
  var list: [String]? {
    switch self {
    case .list(let parts): parts
    case .text(let text): text.split(separator: ",").map { String($0.trimmingSpaces) }
    case .integer, .flag, .objects: nil
    }
  }

  /// `250ms`, `5s` or `2m`: a number without a unit is refused, since files disagree on the unit.
  var duration: Duration? {
    guard case .text(let text) = self else { return nil }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int32(digits) else { return nil }
    return switch text.dropFirst(digits.count) {
    case "ms": .milliseconds(count)
    case "s": .seconds(count)
    case "m": .seconds(Int64(count) * 60)
    default: nil
    }
  }
}

extension Substring {
  var trimmingSpaces: Substring {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}

extension ConfigurationKey {
  /// The same key, taken up by SIGHUP.
  var hot: Self {
    var key = self
    key.isHot = true
    return key
  }

  /// The same key, a limit that is seen at work in `metric`.
  func seen(in metric: String, isHot: Bool = true) -> Self {
    var key = self
    key.isHot = isHot
    key.metric = metric
    return key
  }

  typealias Property<Value> = WritableKeyPath<Configuration, Value> & Sendable

  static func path(_ name: String, _ summary: String, _ property: any Property<String?>) -> Self {
    Self(name: name, summary: summary, expected: "a path", isSecret: false, standard: "") {
      guard let text = $1.text, !text.isEmpty else { return false }
      $0[keyPath: property] = text
      return true
    }
  }

  static func url(_ name: String, _ summary: String, _ property: any Property<SecretText?>) -> Self
  {
    Self(
      name: name, summary: summary,
      expected: "a PostgreSQL URL (postgresql://…) or conninfo (host=… dbname=…)",
      isSecret: true, standard: ""
    ) {
      guard let text = $1.text, text.contains("=") || text.hasPrefix("postgres") else {
        return false
      }
      $0[keyPath: property] = SecretText(text)
      return true
    }
  }

  static func flag(_ name: String, _ summary: String, _ property: any Property<Bool>) -> Self {
    Self(
      name: name, summary: summary, expected: "true or false", isSecret: false,
      standard: "\(Configuration()[keyPath: property])"
    ) {
      guard let value = $1.flag else { return false }
      $0[keyPath: property] = value
      return true
    }
  }

  static func integer<Number: FixedWidthInteger & Sendable>(
    _ name: String, _ summary: String, _ range: ClosedRange<Int>,
    _ property: any Property<Number>
  ) -> Self {
    Self(
      name: name, summary: summary,
      expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", isSecret: false,
      standard: "\(Configuration()[keyPath: property])"
    ) {
      guard let value = $1.integer, range.contains(value) else { return false }
      $0[keyPath: property] = Number(clamping: value)
      return true
    }
  }

  static func duration(
    _ name: String, _ summary: String, _ range: ClosedRange<Duration>,
    _ property: any Property<Duration>
  ) -> Self {
    Self(
      name: name, summary: summary,
      expected: "a time from \(range.lowerBound.withUnit) to \(range.upperBound.withUnit), "
        + "with its unit: 250ms, 5s or 2m",
      isSecret: false, standard: Configuration()[keyPath: property].withUnit
    ) {
      guard let value = $1.duration, range.contains(value) else { return false }
      $0[keyPath: property] = value
      return true
    }
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ summary: String, _ property: any Property<Choice>
  ) -> Self {
    let choices = Choice.allCases.map(\.rawValue)
    return Self(
      name: name, summary: summary,
      expected: (choices.count == 1 ? "" : "one of ") + choices.joined(separator: ", "),
      isSecret: false, standard: Configuration()[keyPath: property].rawValue
    ) {
      guard let text = $1.text, let choice = Choice(rawValue: text) else { return false }
      $0[keyPath: property] = choice
      return true
    }
  }
}

extension Duration {
  /// As the settings are written: the largest of m, s and ms that leaves no rest.
  var withUnit: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    if milliseconds % 60_000 == 0, milliseconds > 0 { return "\(milliseconds / 60_000)m" }
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
    return "\(milliseconds)ms"
  }
}
