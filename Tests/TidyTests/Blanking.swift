/// Separates Swift text into code, strings and comments, well enough for counting and searching.
struct Blanking {
  private let source: [UInt8]
  private(set) var code: [UInt8]
  private(set) var uncommented: [UInt8]
  private var at = 0

  init(_ text: [UInt8]) {
    source = text
    code = text
    uncommented = text
    while at < source.count { step() }
  }

  private mutating func step() {
    switch source[at] {
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): lineComment()
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): blockComment()
    case UInt8(ascii: "`"): quotedName()
    case UInt8(ascii: "#"): rawString()
    case UInt8(ascii: "\""): string(poundCount: 0)
    default: at += 1
    }
  }

  private func byte(_ offset: Int) -> UInt8 {
    at + offset < source.count ? source[at + offset] : 0
  }

  private mutating func blank(inStrings: Bool) {
    if source[at] != UInt8(ascii: "\n") {
      code[at] = UInt8(ascii: " ")
      if !inStrings { uncommented[at] = UInt8(ascii: " ") }
    }
    at += 1
  }

  private mutating func lineComment() {
    while at < source.count, source[at] != UInt8(ascii: "\n") { blank(inStrings: false) }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if source[at] == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        depth += 1
        blank(inStrings: false)
      } else if source[at] == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
        depth -= 1
        blank(inStrings: false)
      }
      blank(inStrings: false)
    } while depth > 0 && at < source.count
  }

  /// Test names are sentences in backticks; what they quote must not look like code.
  private mutating func quotedName() {
    at += 1
    while at < source.count, source[at] != UInt8(ascii: "`"), source[at] != UInt8(ascii: "\n") {
      code[at] = UInt8(ascii: "_")
      at += 1
    }
    at += 1
  }

  private mutating func rawString() {
    var count = 1
    while byte(count) == UInt8(ascii: "#") { count += 1 }
    let isString = byte(count) == UInt8(ascii: "\"")
    at += count
    if isString { string(poundCount: count) }
  }

  private mutating func string(poundCount: Int) {
    let quote = UInt8(ascii: "\"")
    let isMultiline = byte(1) == quote && byte(2) == quote
    let quoteCount = isMultiline ? 3 : 1
    at += quoteCount
    while at < source.count {
      if source[at] == UInt8(ascii: "\\"), follows(poundCount, of: UInt8(ascii: "#"), from: 1) {
        escape(poundCount: poundCount)
      } else if follows(quoteCount, of: quote, from: 0),
        follows(poundCount, of: UInt8(ascii: "#"), from: quoteCount)
      {
        at += quoteCount + poundCount
        return
      } else if source[at] == UInt8(ascii: "\n"), !isMultiline {
        return
      } else {
        blank(inStrings: true)
      }
    }
  }

  private func follows(_ count: Int, of wanted: UInt8, from offset: Int) -> Bool {
    (0..<count).allSatisfy { byte(offset + $0) == wanted }
  }

  private mutating func escape(poundCount: Int) {
    for _ in 0...poundCount where at < source.count { blank(inStrings: true) }
    guard byte(0) == UInt8(ascii: "(") else {
      if at < source.count { blank(inStrings: true) }
      return
    }
    interpolation()
  }

  /// Blanks `(…)`, with the strings inside it.
  private mutating func interpolation() {
    var depth = 0
    repeat {
      if source[at] == UInt8(ascii: "\"") {
        let start = at
        string(poundCount: 0)
        for index in start..<min(at, code.count) where code[index] != UInt8(ascii: "\n") {
          code[index] = UInt8(ascii: " ")
        }
        continue
      }
      if source[at] == UInt8(ascii: "(") { depth += 1 }
      if source[at] == UInt8(ascii: ")") { depth -= 1 }
      blank(inStrings: true)
    } while depth > 0 && at < source.count
  }
}
