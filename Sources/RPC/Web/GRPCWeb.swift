internal import HTTP2

// What gRPC-Web sends where gRPC sends trailers (grpc doc/PROTOCOL-WEB.md).

extension WebShape {
  /// A status and nothing else, in the header list: there is no body to end.
  func trailersOnly(
    _ status: Status, _ metadata: ResponseMetadata, httpStatus: Int = 200
  ) -> WholeAnswer {
    var builder = start(httpStatus: httpStatus)
    let rest = AnswerBlocks.headersSizeMax - builder.byteSize
    StatusFields(status, metadata, byteSizeMax: rest).append(to: &builder)
    return WholeAnswer(headers: HeaderBlock(builder))
  }

  /// A frame of the body, as the content-type has it.
  func framed(_ flag: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let frame = Envelope.bytes(flag, payload)
    return wire == .grpcWebText ? Base64.encodePadded(frame) : frame
  }

  /// The last frame of the body: the status and the trailing metadata, one line each.
  func trailersFrame(_ status: Status, _ metadata: ResponseMetadata) -> [UInt8] {
    framed(0x80, StatusFields(status, metadata, byteSizeMax: Self.trailersSizeMax).lines)
  }

  /// No list of trailers, hence longer than one may be.
  private static let trailersSizeMax = 64 << 10
}

/// The prefix of messages: a flag, and a length of four bytes.
enum Envelope {
  static func bytes(_ flag: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count + 5)
    bytes.append(flag)
    for shift in [24, 16, 8, 0] {
      bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
    }
    return bytes + payload
  }
}
