/// The head of a request to the admin port: HTTP/1.1, GET, no body, and nothing else (RFC 9112).
package struct AdminRequest: Hashable, Sendable {
  /// Without its query: `/metrics`.
  package let path: String

  package enum Outcome: Hashable, Sendable {
    /// The empty line that ends a head has not come.
    case incomplete
    case request(AdminRequest)
    case refused(AdminRefusal)
  }

  /// Of the request line and all fields.
  package static let headByteCountMax = 8 << 10

  /// Reads what came so far, from its first byte on. The verdict on a head that is complete does
  /// not depend on what follows it.
  package static func parse(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    var lines: [Slice<UnsafeRawBufferPointer>] = []
    var start = 0
    while let end = lineEnd(in: bytes, from: start) {
      guard end + 2 <= headByteCountMax else { return .refused(.tooLarge) }
      if end == start {
        // RFC 9112 §2.2 allows an empty line before the request; none of our clients sends one.
        return lines.isEmpty ? .refused(.malformed) : judge(lines)
      }
      lines.append(bytes[start..<end])
      start = end + 2
    }
    return bytes.count >= headByteCountMax ? .refused(.tooLarge) : .incomplete
  }

  /// Where the next CR LF begins.
  private static func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == 0x0D, bytes[index + 1] == 0x0A { return index }
      index += 1
    }
    return nil
  }

  private static func judge(_ lines: [Slice<UnsafeRawBufferPointer>]) -> Outcome {
    // 1. The request line (§3): three parts with one space between.
    let parts = lines[0].split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, isToken(parts[0]) else { return .refused(.malformed) }
    let (method, target, version) = (parts[0], parts[1], parts[2])
    guard version.elementsEqual("HTTP/1.1".utf8) || version.elementsEqual("HTTP/1.0".utf8) else {
      return .refused(version.starts(with: "HTTP/".utf8) ? .version : .malformed)
    }
    guard method.elementsEqual("GET".utf8) else { return .refused(.method) }
    // 2. The fields (§5): no folding, no space before the colon, no body (§6).
    var hostCount = 0
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: 0x3A), isToken(line[line.startIndex..<colon]),
        line[colon...].allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) })
      else { return .refused(.malformed) }
      let name = String(decoding: line[line.startIndex..<colon], as: UTF8.self).lowercased()
      if name == "host" { hostCount += 1 }
      if name == "content-length" || name == "transfer-encoding" { return .refused(.body) }
    }
    // §3.2: one Host, but for HTTP/1.0.
    guard hostCount == 1 || (hostCount == 0 && version.last == UInt8(ascii: "0")) else {
      return .refused(.malformed)
    }
    // 3. What is asked for.
    guard target.first == UInt8(ascii: "/"), target.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return .refused(.malformed) }
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    return .request(AdminRequest(path: String(decoding: path, as: UTF8.self)))
  }

  /// RFC 9110 §5.6.2.
  private static func isToken(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}

/// Why the admin port does not answer what it was asked.
package enum AdminRefusal: Hashable, Sendable {
  case malformed, body, method, tooLarge, version
  /// The head did not come in time.
  case slow

  package var answer: AdminAnswer {
    switch self {
    case .malformed: AdminAnswer(400, "Bad Request", text: "malformed request\n")
    case .body: AdminAnswer(400, "Bad Request", text: "a request here has no body\n")
    case .slow: AdminAnswer(408, "Request Timeout", text: "the request came too slowly\n")
    case .method: AdminAnswer(405, "Method Not Allowed", text: "only GET is answered here\n")
    case .tooLarge:
      AdminAnswer(
        431, "Request Header Fields Too Large",
        text: "the request is longer than \(AdminRequest.headByteCountMax) bytes\n")
    case .version:
      AdminAnswer(505, "HTTP Version Not Supported", text: "only HTTP/1.1 is spoken here\n")
    }
  }
}

/// What the admin port says, whole.
package struct AdminAnswer: Sendable {
  package let status: Int
  package let phrase: String
  package let contentType: String
  package let body: [UInt8]

  package init(
    _ status: Int, _ phrase: String, contentType: String = "text/plain; charset=utf-8",
    body: [UInt8]
  ) {
    self.status = status
    self.phrase = phrase
    self.contentType = contentType
    self.body = body
  }

  package init(_ status: Int, _ phrase: String, text: String) {
    self.init(status, phrase, body: Array(text.utf8))
  }

  /// With its head; the connection ends after it.
  package var bytes: [UInt8] {
    let allow = status == 405 ? "allow: GET\r\n" : ""
    let head = """
      HTTP/1.1 \(status) \(phrase)\r
      content-type: \(contentType)\r
      content-length: \(body.count)\r
      cache-control: no-store\r
      x-content-type-options: nosniff\r
      connection: close\r
      \(allow)\r

      """
    return Array(head.utf8) + body
  }
}
