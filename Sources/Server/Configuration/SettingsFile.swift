/// One setting of a configuration file.
struct SettingsFileEntry: Hashable {
  /// Names from the outermost object inwards, joined by dots.
  let name: String
  let value: ConfigurationValue
  let line: Int
}

/// A strict reader of the JSON of settings: objects of objects, text, whole numbers, true, false,
/// and lists of text or of flat objects. Fractions, null and other lists are no settings and are
/// refused.
struct SettingsFile {
  struct Malformed: Error, Hashable {
    let line: Int
    let reason: String
  }

  private static let depthMax = 8

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var entries: [SettingsFileEntry] = []

  static func entries(of bytes: [UInt8]) throws(Malformed) -> [SettingsFileEntry] {
    var file = SettingsFile(bytes: bytes)
    file.skipSpace()
    try file.object(named: "", depth: 0)
    file.skipSpace()
    guard file.peek == nil else { throw file.malformed("nothing may follow the last }") }
    return file.entries
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func malformed(_ reason: String) -> Malformed {
    Malformed(line: line, reason: reason)
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      if byte == 0x0A { line += 1 }
      position += 1
    }
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
    guard peek == UInt8(ascii: character) else { throw malformed("\(character) is missing") }
    position += 1
    skipSpace()
  }

  /// Whether another element follows; takes the comma or the end of the enclosing list or object.
  private mutating func another(before end: Unicode.Scalar) throws(Malformed) -> Bool {
    if peek == UInt8(ascii: end) {
      position += 1
      return false
    }
    try expect(",")
    guard peek != UInt8(ascii: end) else { throw malformed("a comma too many before \(end)") }
    return true
  }

  private mutating func object(named prefix: String, depth: Int) throws(Malformed) {
    guard depth < Self.depthMax else { throw malformed("objects are nested too deep") }
    try expect("{")
    if peek == UInt8(ascii: "}") {
      position += 1
      return
    }
    repeat {
      let name = prefix + (try text())
      skipSpace()
      try expect(":")
      try value(named: name, depth: depth)
      skipSpace()
    } while try another(before: "}")
  }

  private mutating func value(named name: String, depth: Int) throws(Malformed) {
    let line = line
    let value: ConfigurationValue
    switch peek {
    case UInt8(ascii: "{"):
      return try object(named: name + ".", depth: depth + 1)
    case UInt8(ascii: "\""):
      value = .text(try text())
    case UInt8(ascii: "["):
      value = try list(named: name, depth: depth)
    default:
      value = try word(of: name)
    }
    entries.append(SettingsFileEntry(name: name, value: value, line: line))
  }

  private mutating func list(named name: String, depth: Int) throws(Malformed) -> ConfigurationValue
  {
    try expect("[")
    var parts: [String] = []
    if peek == UInt8(ascii: "]") {
      position += 1
      return .list(parts)
    }
    if peek == UInt8(ascii: "{") { return .objects(try objects(named: name, depth: depth)) }
    repeat {
      parts.append(try text())
      skipSpace()
    } while try another(before: "]")
    return .list(parts)
  }

  /// The objects of a list; what is nested in them counts as theirs.
  private mutating func objects(
    named name: String, depth: Int
  ) throws(Malformed) -> [[String: ConfigurationValue]] {
    let outer = entries
    var objects: [[String: ConfigurationValue]] = []
    repeat {
      entries = []
      try object(named: "", depth: depth + 1)
      skipSpace()
      var members: [String: ConfigurationValue] = [:]
      for entry in entries {
        guard members.updateValue(entry.value, forKey: entry.name) == nil else {
          throw malformed("\(name) has an object with \(entry.name) twice")
        }
      }
      objects.append(members)
    } while try another(before: "]")
    entries = outer
    return objects
  }

  private mutating func word(of name: String) throws(Malformed) -> ConfigurationValue {
    let start = position
    while let byte = peek, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") {
      position += 1
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if word == "true" || word == "false" { return .flag(word == "true") }
    guard let number = Int(word), !word.hasPrefix("+") else {
      throw malformed("\(name) must be text in quotes, a whole number, true, false or a list")
    }
    return .integer(number)
  }

  private mutating func text() throws(Malformed) -> String {
    guard peek == UInt8(ascii: "\"") else { throw malformed("text in quotes is missing") }
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: text, as: UTF8.self) else {
          throw malformed("text must be UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        try escape(into: &text)
      case ..<0x20:
        throw malformed("a control character or a line's end inside quotes")
      default:
        text.append(byte)
      }
    }
    throw malformed("a closing quote is missing")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Malformed) {
    guard let byte = peek else { throw malformed("a closing quote is missing") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "u"):
      let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
      guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw malformed("\\u must be followed by four hexadecimal digits of a character") }
      position += 4
      text.append(contentsOf: String(Character(scalar)).utf8)
    default:
      throw malformed("an unknown escape after \\")
    }
  }
}
