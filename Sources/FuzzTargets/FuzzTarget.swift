/// One parser or state machine that takes bytes from a peer, and what must hold of it.
///
/// A body returns whatever the input is; a trap, a broken precondition or endless work is a bug.
package struct FuzzTarget: Sendable {
  package let name: String
  package let body: @Sendable (UnsafeRawBufferPointer) -> Void

  /// A few inputs to begin with.
  package var seeds: [[UInt8]] { Seeds.inputs(for: name) }

  package static let all: [FuzzTarget] = [
    FuzzTarget(name: "frames", body: FramesFuzz.run),
    FuzzTarget(name: "calls", body: CallsFuzz.run),
    FuzzTarget(name: "responses", body: ResponsesFuzz.run),
    FuzzTarget(name: "messages", body: ParserFuzz.messages),
    FuzzTarget(name: "timeout", body: ParserFuzz.timeout),
    FuzzTarget(name: "metadata", body: ParserFuzz.metadata),
    FuzzTarget(name: "protobuf", body: ParserFuzz.protobuf),
    FuzzTarget(name: "first-bytes", body: ParserFuzz.firstBytes),
    FuzzTarget(name: "secrets", body: ParserFuzz.secrets),
    FuzzTarget(name: "admin", body: AdminFuzz.run),
    FuzzTarget(name: "gzip", body: CompressionFuzz.gzip),
    FuzzTarget(name: "encodings", body: CompressionFuzz.encodings),
    FuzzTarget(name: "web", body: WebFuzz.run),
    FuzzTarget(name: "web-text", body: WebFuzz.base64),
    FuzzTarget(name: "filter", body: ListsFuzz.filter),
    FuzzTarget(name: "order", body: ListsFuzz.order),
    FuzzTarget(name: "page-token", body: ListsFuzz.pageToken),
  ]

  package static func named(_ name: String) -> FuzzTarget? {
    all.first { $0.name == name }
  }
}
