/// Which methods a service token may call: `package.Service/Method`, `package.Service/*` or `*`.
package enum MethodPattern: Hashable, Sendable {
  case all
  /// Every method of the service, named in full: `package.Service`.
  case service(String)
  /// One method, named in full: `package.Service/Method`.
  case method(String)

  /// Nil for text that is none of the three forms.
  package init?(_ text: String) {
    if text == "*" {
      self = .all
      return
    }
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard text.utf8.count <= 255, parts.count == 2 else { return nil }
    let names = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard names.count >= 2, names.allSatisfy(isIdentifier) else { return nil }
    if parts[1].elementsEqual("*".utf8) {
      self = .service(String(Substring(parts[0])))
    } else {
      guard isIdentifier(parts[1]) else { return nil }
      self = .method(text)
    }
  }

  /// The text of the pattern.
  package var text: String {
    switch self {
    case .all: "*"
    case .service(let name): "\(name)/*"
    case .method(let name): name
    }
  }

  /// - Parameter name: a method's full name, `package.Service/Method`, without a leading `/`.
  package func permits(_ name: String) -> Bool {
    switch self {
    case .all: return true
    case .method(let method): return method == name
    case .service(let service):
      let (wanted, given) = (service.utf8, name.utf8)
      return given.count > wanted.count && given.starts(with: wanted)
        && given[given.index(given.startIndex, offsetBy: wanted.count)] == UInt8(ascii: "/")
    }
  }

  /// Whether everything `other` permits is permitted by `self` too.
  package func covers(_ other: MethodPattern) -> Bool {
    switch (self, other) {
    case (.all, _): true
    case (_, .all): false
    case (_, .method(let name)): permits(name)
    case (.service(let service), .service(let otherService)): service == otherService
    case (.method, .service): false
    }
  }
}

/// A protobuf identifier: a letter or `_`, then letters, digits and `_`.
private func isIdentifier(_ bytes: Substring.UTF8View) -> Bool {
  let isLetter = { (byte: UInt8) in
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
  }
  guard let first = bytes.first, isLetter(first) else { return false }
  return bytes.allSatisfy { isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
}
