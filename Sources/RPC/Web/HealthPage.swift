internal import HTTP2

/// `/healthz`: whether the server serves, for probes that speak no gRPC. Any method, no token.
enum HealthPage {
  static let path: StaticString = "/healthz"

  /// - Parameter health: nil where nothing tells, and answering is all there is to know.
  static func answer(_ health: HealthState?, origin: AllowedOrigin?) -> WholeAnswer {
    let isServing = health?.status(of: "") ?? .serving == .serving
    var builder = HeaderBlockBuilder()
    builder.append(":status", isServing ? "200" : "503")
    builder.append("content-type", "text/plain; charset=utf-8")
    builder.append("cache-control", "no-store")
    origin?.append(to: &builder)
    return WholeAnswer(
      headers: HeaderBlock(builder), body: Array((isServing ? "serving\n" : "not serving\n").utf8))
  }
}
