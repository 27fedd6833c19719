/// Inputs from which mutations start: one of each kind a target knows.
enum Seeds {
  static func inputs(for target: String) -> [[UInt8]] {
    switch target {
    case "frames": frames
    case "calls": calls
    case "responses": responses
    case "messages":
      [[3, 0, 0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [9, 0, 0, 0, 1, 45]]
    case "timeout": texts(["1n", "20u", "99999999H", "0S", "123456789S", "-1S"])
    case "metadata": texts(["YQ==", "YWI, YWJj", "%E2%98%BA 100%", "q6ur", " a "])
    case "protobuf":
      [[0x0A, 6, 0x0A, 1, 0x61, 0x22, 1, 0], [0x08, 0x96, 1], [0x12, 2, 0x68, 0x69]]
    case "first-bytes":
      texts(["GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}"])
    case "secrets": texts(["roster_svc_00" + String(repeating: "0", count: 49), "roster_ses_", ""])
    case "admin":
      texts([
        "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x?y HTTP/1.0\r\n\r\nz",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1", "GET / HTTP/2.0\r\n\r\n",
      ])
    case "gzip": texts(["", "roster", String(repeating: "a", count: 300)]) + [member]
    case "encodings": texts(["gzip", "identity, deflate, gzip", "gzip;q=0, br", "identity", ""])
    case "web": web
    case "web-text": texts(["\u{3}AAAAAAA=", "\u{0}YQ==YWI=", "\u{8}AAAA", "\u{1}A=A="])
    case "filter": texts(filters)
    case "order":
      texts(["email", "display_name desc", " create_time  asc ", "email, mfa_enabled", ""])
    case "page-token":
      [ListsFuzz.sound, Array(repeating: 0, count: 17), Array(repeating: 1, count: 40)]
        + [[2, 1], [4] + Array(repeating: 7, count: 8), [3]].map {
          Array(repeating: 9, count: 16) + $0
        }
    default: []
    }
  }

  private static let filters = [
    "state = \"active\" AND locked = false", "(role = admin OR role = 'x') -group = \"g\"",
    "create_time >= 2026-01-31T23:59:59.123456+02:00", "NOT last_login_time:*",
    "display_name = \"ad\\\"a*\"", "((((email != \"a@b.example\"))))", "company:* external_id:*",
  ]

  /// `roster`, compressed.
  private static let member: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x2B, 0xCA, 0x2F, 0x2E, 0x49, 0x2D, 0x02, 0, 0xF9, 0xAD,
    0xB9, 0x60, 6, 0, 0, 0,
  ]

  /// Content-type and verb, path, further headers, and then the body.
  private static let web: [[UInt8]] = [
    [0, 0, 0] + Array("{}".utf8), [1, 1, 12, 8, 1], [0, 0, 1] + member,
    [2, 4, 2, 1, 0, 0, 0, 26]
      + member, [3, 4, 16, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0], [4, 0, 3, 1, 0, 0, 0, 26] + member,
    [5, 4, 64] + Array("AAAAAAEHAAAAAAEI".utf8), [6, 3, 6] + Array("AAAAAAEH".utf8),
    [0x80, 0, 0] + Array("encoding=json&message=%7B%7D".utf8), [7, 5, 0],
    [0x81, 0, 0] + Array("message=CAE&base64=1&encoding=proto&connect=v1".utf8), [0x40, 0, 5],
  ]

  private static func texts(_ texts: [String]) -> [[UInt8]] {
    texts.map { Array($0.utf8) }
  }

  /// SETTINGS, PING, a window, and a request whose fields are in the static table (RFC 7541 A).
  private static let frames: [[UInt8]] = [
    [0, 0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0],
    [2, 0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
    [0, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 1, 0, 0],
    [0, 0, 0, 25, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x44, 6]
      + Array("/a.B/U".utf8) + [0x41, 1, 0x61, 0x5F, 10] + Array("applicatio".utf8),
    [0, 0, 0, 31, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x44, 6]
      + Array("/a.B/D".utf8) + [0x41, 1, 0x61, 0x5F, 16] + Array("application/grpc".utf8)
      + [0, 0, 5, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    [0x12, 0, 0, 51, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x44, 6]
      + Array("/a.B/H".utf8) + [0x41, 1, 0x61, 0x5F, 16] + Array("application/grpc".utf8)
      + [0x40, 12] + Array("grpc-timeout".utf8) + [5] + Array("1000m".utf8)
      + [0, 0, 6, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 9, 0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8],
    [1] + Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0],
  ]

  /// Commands: 0 opens a call, 3 sends a message, 4 a part of a long one, 11 reads and answers.
  private static let calls: [[UInt8]] = [
    [0, 0, 0x8F, 2, 7, 7, 0, 11], [0, 1, 0x8F, 1, 1, 0, 11],
    [0, 2, 3, 1, 9, 0, 11, 0x83, 1, 9, 0, 11],
    [0, 3, 0x8F, 3, 200, 201, 202, 0, 11, 11, 6, 0, 255, 11],
    [0, 4, 11, 3, 4, 1, 2, 3, 4, 0, 11, 5, 0, 11],
    [0, 0, 4, 8, 100, 0, 0, 0, 4, 9, 100, 0, 11, 5, 1, 11],
    [0x10, 0, 2, 0x31, 0x53, 11, 8, 255, 11], [0, 4, 11, 9, 11, 0x49, 11], [0, 4, 11, 0x4A, 11],
    [0x78, 0, 0, 0xC3, 2, 7, 7, 0, 11], [0x78, 4, 0, 0x4B, 3, 7, 7, 7, 0, 11, 0xC3, 0, 0, 11],
    [0xB4, 4, 0, 11], [0, 5, 0x8F, 0, 0, 11, 5, 0, 11],
    [0, 7, 3, 3, 0x3A, 1, 0x2A, 0, 11],
  ]

  private static let responses: [[UInt8]] = [
    [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88],
    [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88],
    [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7],
    [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  ]
}
