/// Puts fragments of SQL together and numbers their parameters in the order in which they are
/// bound. A fragment writes `#1`, `#2`, … for its own.
struct ListTextWriter {
  private(set) var text = ""
  private(set) var parameterCount: Int

  /// - Parameter fixedCount: parameters that every text of the list has, as `$1`, `$2`, ….
  init(fixedCount: Int) {
    parameterCount = fixedCount
  }

  /// The numbers of a fragment's own parameters.
  struct Numbers {
    fileprivate let first: Int
  }

  /// The next `count` parameters.
  mutating func reserve(_ count: Int) -> Numbers {
    defer { parameterCount += count }
    return Numbers(first: parameterCount + 1)
  }

  mutating func write(_ fragment: StaticString) {
    text += "\(fragment)"
  }

  mutating func write(_ fragment: StaticString, _ numbers: Numbers) {
    var isMark = false
    for character in "\(fragment)" {
      if isMark {
        text += "$\(numbers.first - 1 + (character.wholeNumberValue ?? 0))"
        isMark = false
      } else if character == "#" {
        isMark = true
      } else {
        text.append(character)
      }
    }
  }

  mutating func write(number: Int) {
    text += "\(number)"
  }
}
