internal import HTTP2

/// The message of a Connect GET (Connect protocol reference, "Unary-Get-Request").
struct ConnectQuery {
  let codec: MessageCodec
  let encoding: MessageEncoding
  let message: [UInt8]

  /// - Throws: 405 for a method with side effects, 415 for an unknown `encoding`, and
  ///   INVALID_ARGUMENT for what can't be read.
  init(_ headers: HeaderList, _ method: Method) throws(Refusal) {
    guard method.traits.contains(.hasNoSideEffects), method.kind == .unary else {
      throw .verb(headers.method, allowed: "POST")
    }
    let parameters = QueryParameters(headers.path.dropFirst(headers.path.beforeQuery.count + 1))
    if let version = try parameters.text("connect"), version != "v1" { throw .version(version) }
    guard let encoding = try parameters.text("encoding") else {
      throw .query("the parameter encoding is missing: proto or json")
    }
    switch encoding {
    case "proto": codec = .proto
    case "json": codec = .json
    default: throw .codec(encoding, method)
    }
    let compression = try parameters.value("compression") ?? Array("identity".utf8)
    guard let encoding = compression.withUnsafeBytes({ MessageEncoding(named: $0) }) else {
      throw .connectEncoding(String(decoding: compression, as: UTF8.self))
    }
    self.encoding = encoding
    guard var message = try parameters.value("message") else {
      throw .query("the parameter message is missing")
    }
    if try parameters.text("base64") == "1" {
      guard let decoded = Base64.decodeURL(message) else {
        throw .query("the parameter message is no base64 of the URL-safe kind")
      }
      message = decoded
    }
    self.message = message
  }
}

/// The parameters of a path, the first of each name.
struct QueryParameters {
  private let parts: [Slice<UnsafeRawBufferPointer>]

  init(_ query: Slice<UnsafeRawBufferPointer>) {
    parts = query.split(separator: UInt8(ascii: "&"))
  }

  /// - Throws: INVALID_ARGUMENT when a `%` is not followed by two digits.
  func value(_ name: String) throws(Refusal) -> [UInt8]? {
    for part in parts {
      let key = part.prefix { $0 != UInt8(ascii: "=") }
      guard key.elementsEqual(name.utf8) else { continue }
      guard let value = Self.decode(part.dropFirst(key.count + 1)) else {
        throw .query("the parameter \(name) has a % without two digits")
      }
      return value
    }
    return nil
  }

  func text(_ name: String) throws(Refusal) -> String? {
    guard let value = try value(name) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  /// `+` is a space, as HTML forms have it, and `%XX` a byte.
  private static func decode(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(PercentEncoding.value),
          let low = rest.popFirst().flatMap(PercentEncoding.value)
        else { return nil }
        decoded.append(high << 4 | low)
      default: decoded.append(byte)
      }
    }
    return decoded
  }
}
