internal import HTTP2

/// Which pages of other origins may call from a browser (Fetch, "CORS protocol").
///
/// No credentials of the browser's own are ever allowed: a token in `authorization` is what counts.
package struct CrossOriginPolicy: Hashable, Sendable {
  /// As browsers send them, such as `https://console.example:8443`; compared byte for byte. None:
  /// pages of other origins can't call.
  package var origins: [String] = []
  /// Request headers, in lower case, that such pages may send beyond those of the protocols.
  package var requestHeaders: [String] = []
  /// Response headers, in lower case, that such pages may read beyond those of the protocols.
  package var responseHeaders: [String] = []

  package init() {}

  /// The request's Origin when it is one of ours.
  func allowed(_ headers: HeaderList) -> AllowedOrigin? {
    guard !origins.isEmpty, let origin = headers.firstValue(named: "origin"),
      origins.contains(where: { $0.utf8.elementsEqual(origin) })
    else { return nil }
    let exposed = Self.protocolAnswerHeaders + responseHeaders
    return AllowedOrigin(text: Array(origin), exposedHeaders: exposed.joined(separator: ", "))
  }

  /// The answer to a preflight from an allowed origin.
  func preflight(for origin: AllowedOrigin) -> WholeAnswer {
    var builder = HeaderBlockBuilder()
    builder.append(":status", "204")
    builder.append("access-control-allow-origin".utf8, origin.text, isIndexed: false)
    builder.append("access-control-allow-methods", "GET, POST")
    builder.append(
      "access-control-allow-headers",
      (Self.protocolRequestHeaders + requestHeaders).joined(separator: ", "))
    // Two hours: the most that browsers agree on.
    builder.append("access-control-max-age", "7200")
    builder.append("vary", "origin")
    return WholeAnswer(headers: HeaderBlock(builder))
  }

  /// The answer to a preflight from another origin: browsers go by the missing fields, people by
  /// the text.
  static func refusal(of headers: HeaderList) -> WholeAnswer {
    let origin = headers.firstValue(named: "origin").map(Refusal.printable) ?? ""
    var builder = HeaderBlockBuilder()
    builder.append(":status", "403")
    builder.append("content-type", "text/plain; charset=utf-8")
    builder.append("vary", "origin")
    return WholeAnswer(
      headers: HeaderBlock(builder),
      body: Array("pages of the origin \"\(origin)\" may not call this server\n".utf8))
  }

  private static let protocolRequestHeaders = [
    "authorization", "content-type", "content-encoding", "connect-protocol-version",
    "connect-timeout-ms", "connect-content-encoding", "connect-accept-encoding", "grpc-timeout",
    "grpc-encoding", "grpc-accept-encoding", "x-grpc-web", "x-user-agent",
  ]
  private static let protocolAnswerHeaders = [
    "grpc-status", "grpc-message", "grpc-status-details-bin",
  ]
}

/// The origin of a page that may read the answer.
struct AllowedOrigin {
  let text: [UInt8]
  let exposedHeaders: String

  func append(to builder: inout HeaderBlockBuilder) {
    builder.append("access-control-allow-origin".utf8, text, isIndexed: false)
    builder.append("access-control-expose-headers", exposedHeaders)
    builder.append("vary", "origin")
  }
}
