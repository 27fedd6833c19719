extension Timestamp {
  /// Reads `2026-01-31T23:59:59.123456Z`, or with an offset such as `+02:00` (RFC 3339 §5.6);
  /// letters in upper case. Digits past microseconds are dropped. Nil for anything else, for
  /// leap seconds, and outside of the years 1 to 9999.
  package init?(rfc3339 text: String) {
    var scanner = DigitScanner(text.utf8)
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
      scanner.take("-"), let day = scanner.number(2), scanner.take("T"),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2),
      scanner.take(":"), let second = scanner.number(2),
      year >= 1, 1...12 ~= month, 1...daysOfMonth(month, year) ~= day, hour <= 23, minute <= 59,
      second <= 59, let fraction = scanner.fraction(), let offset = scanner.offsetMinutes(),
      scanner.isAtEnd
    else { return nil }
    let minutes = (daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute - offset
    self.init(microseconds: Int64((minutes * 60 + second) * 1_000_000 + fraction))
  }
}

/// Takes digits and marks from the front of a text.
private struct DigitScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: String.UTF8View) {
    rest = Array(text)[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func digit() -> Int? {
    guard let first = rest.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else {
      return nil
    }
    rest.removeFirst()
    return Int(first - UInt8(ascii: "0"))
  }

  mutating func number(_ digitCount: Int) -> Int? {
    var number = 0
    for _ in 0..<digitCount {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// In microseconds; 0 when there is none, nil for a point without digits.
  mutating func fraction() -> Int? {
    guard take(".") else { return 0 }
    var microseconds = 0
    var unit = 100_000
    guard var next = digit() else { return nil }
    while true {
      microseconds += next * unit
      unit /= 10
      guard let following = digit() else { return microseconds }
      next = following
    }
  }

  mutating func offsetMinutes() -> Int? {
    if take("Z") { return 0 }
    let isEast = take("+")
    guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2),
      hours <= 23, minutes <= 59
    else { return nil }
    return (hours * 60 + minutes) * (isEast ? 1 : -1)
  }
}

private func daysOfMonth(_ month: Int, _ year: Int) -> Int {
  switch month {
  case 2: isLeap(year) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

private func isLeap(_ year: Int) -> Bool {
  year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar, years beginning in March.
private func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
  let shifted = month > 2 ? year : year - 1
  let era = shifted / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
