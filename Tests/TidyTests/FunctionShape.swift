/// The measures of one `func`, `init` or `deinit` with a body.
struct FunctionShape: Equatable {
  var line: Int
  var lineCount: Int
  var parameterCount: Int
  /// Blocks of several lines inside each other, the body itself not counted.
  var nesting: Int

  /// Every function of `code`, whose comments and strings are blanked already.
  static func all(in code: [UInt8]) -> [FunctionShape] {
    var scan = FunctionScan(code)
    var found: [FunctionShape] = []
    while let shape = scan.next() { found.append(shape) }
    return found
  }
}

private struct FunctionScan {
  private let code: [UInt8]
  private var at = 0
  private var line = 1

  init(_ code: [UInt8]) { self.code = code }

  mutating func next() -> FunctionShape? {
    while at < code.count {
      if code[at] == UInt8(ascii: "\n") { line += 1 }
      guard isLetter(at), !isLetter(at - 1) else {
        at += 1
        continue
      }
      let start = at
      while isLetter(at) { at += 1 }
      let word = String(decoding: code[start..<at], as: UTF8.self)
      guard ["func", "init", "deinit"].contains(word), !isMember(start) else { continue }
      if let shape = shape(from: at) { return shape }
    }
    return nil
  }

  private func isLetter(_ index: Int) -> Bool {
    guard code.indices.contains(index) else { return false }
    switch code[index] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"):
      return true
    default: return false
    }
  }

  /// `self.init(…)` is a call.
  private func isMember(_ index: Int) -> Bool {
    index > 0 && [UInt8(ascii: "."), UInt8(ascii: "`")].contains(code[index - 1])
  }

  private func shape(from keywordEnd: Int) -> FunctionShape? {
    var index = keywordEnd
    var parameterCount = 0
    if let open = code[index...].firstIndex(where: {
      $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "{")
    }),
      code[open] == UInt8(ascii: "(")
    {
      (index, parameterCount) = parameters(from: open)
    }
    guard let body = bodyStart(from: index) else { return nil }
    let (end, nesting) = measure(body)
    let lineCount = newlines(keywordEnd..<end) + 1
    return FunctionShape(
      line: line, lineCount: lineCount, parameterCount: parameterCount, nesting: nesting)
  }

  private func newlines(_ range: Range<Int>) -> Int {
    code[range].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  /// The index past the closing parenthesis, and how many parameters stand before it.
  private func parameters(from open: Int) -> (end: Int, count: Int) {
    var index = open
    var depth = 0
    var commas = 0
    var isEmpty = true
    repeat {
      let byte = code[index]
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "<") where isLetter(index + 1): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ">") where closesGenerics(index): depth -= 1
      case UInt8(ascii: ",") where depth == 1: commas += 1
      case UInt8(ascii: ":"): isEmpty = false
      default: break
      }
      index += 1
    } while depth > 0 && index < code.count
    return (index, isEmpty ? 0 : commas + 1)
  }

  private func closesGenerics(_ index: Int) -> Bool {
    ![UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: ">")]
      .contains(code[index - 1])
      || (code[index - 1] == UInt8(ascii: ">") && isLetter(index - 2))
  }

  /// The `{` of the body, or nil for a requirement of a protocol.
  private func bodyStart(from start: Int) -> Int? {
    let declarations: Set<String> = [
      "func", "var", "let", "init", "deinit", "subscript", "package", "public", "private",
      "internal", "static", "case", "associatedtype", "mutating", "extension", "struct",
    ]
    var index = start
    while index < code.count {
      if code[index] == UInt8(ascii: "{") { return index }
      if code[index] == UInt8(ascii: "}") { return nil }
      if isLetter(index), !isLetter(index - 1) {
        var end = index
        while isLetter(end) { end += 1 }
        let word = String(decoding: code[index..<end], as: UTF8.self)
        if declarations.contains(word) || word.hasPrefix("@") && word != "@Sendable" { return nil }
        index = end
      } else {
        index += 1
      }
    }
    return nil
  }

  /// The index past the body's closing brace, and how deep its blocks of several lines go.
  private func measure(_ body: Int) -> (end: Int, nesting: Int) {
    var opened: [Int] = []
    var deepest = 0
    var heights: [Int] = []
    var index = body
    while index < code.count {
      if code[index] == UInt8(ascii: "{") {
        opened.append(index)
        heights.append(0)
      } else if code[index] == UInt8(ascii: "}") {
        let start = opened.removeLast()
        let height = heights.removeLast()
        if opened.isEmpty { return (index + 1, height) }
        let spansLines = code[start..<index].contains(UInt8(ascii: "\n"))
        let own = height + (spansLines ? 1 : 0)
        heights[heights.count - 1] = max(heights[heights.count - 1], own)
        deepest = max(deepest, own)
      }
      index += 1
    }
    return (index, deepest)
  }
}
