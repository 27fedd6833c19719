internal import HTTP2

/// `/healthz`: whether the server serves, for probes that speak no gRPC. Any method, no token.
enum HealthPage {
  static let path: StaticString = "/healthz"

  /// - Parameter health: nil where nothing tells, and answering is all there is to know.
  static func answer(
    to headers: HeaderList, _ health: HealthState?, origin: AllowedOrigin?
  ) -> WholeAnswer {
    let isServing = health?.status(of: "") ?? .serving == .serving
    var builder = HeaderBlockBuilder()
    builder.append(":status", isServing ? "200" : "503")
    builder.append("content-type", "text/plain; charset=utf-8")
    builder.append("cache-control", "no-store")
    origin?.append(to: &builder)
    let text = isServing ? "serving\n" : "not serving\n"
    // The answer to HEAD has no content (RFC 9110 §9.3.2).
    return WholeAnswer(
      headers: HeaderBlock(builder), body: headers.method.equals("HEAD") ? [] : Array(text.utf8))
  }
}
