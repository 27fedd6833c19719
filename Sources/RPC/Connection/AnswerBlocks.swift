internal import HTTP2

/// What an answer without a body begins with.
struct AnswerShape {
  var httpStatus = 200
  /// The content-type is `application/grpc+proto`, as the request's was.
  var namesProto = false
}

/// Header lists to send. Those that come again are built once.
enum AnswerBlocks {
  static let trailersOK = HeaderBlock.immortal([("grpc-status", "0")])
  private static let headers = HeaderBlock.immortal([
    (":status", "200"), ("content-type", "application/grpc"),
    ("grpc-accept-encoding", MessageEncoding.accepted),
  ])
  private static let headersProto = HeaderBlock.immortal([
    (":status", "200"), ("content-type", "application/grpc+proto"),
    ("grpc-accept-encoding", MessageEncoding.accepted),
  ])

  /// Initial metadata.
  /// - Parameter encoding: of the messages that are marked as compressed.
  static func headers(
    _ metadata: ResponseMetadata, _ namesProto: Bool, _ encoding: MessageEncoding
  ) -> HeaderBlock {
    if metadata.isEmpty, encoding == .identity { return namesProto ? headersProto : headers }
    var builder = start(AnswerShape(namesProto: namesProto))
    builder.append("grpc-accept-encoding", MessageEncoding.accepted)
    if encoding == .gzip { builder.append("grpc-encoding", "gzip") }
    for field in metadata.fields where builder.byteSize + field.byteSize < headersSizeMax {
      builder.append(field.name, field.value, isIndexed: false)
    }
    return HeaderBlock(builder)
  }

  static func trailers(
    _ status: Status, _ metadata: ResponseMetadata, byteSizeMax: Int
  ) -> HeaderBlock {
    var builder = HeaderBlockBuilder()
    StatusFields(status, metadata, byteSizeMax: byteSizeMax).append(to: &builder)
    return HeaderBlock(builder)
  }

  /// One header list that is the whole answer.
  /// - Parameter accepts: adds `grpc-accept-encoding`, for a request whose encoding is unknown.
  static func trailersOnly(
    _ status: Status, _ metadata: ResponseMetadata, _ shape: AnswerShape, accepts: Bool = false,
    byteSizeMax: Int
  ) -> HeaderBlock {
    var builder = start(shape)
    if accepts { builder.append("grpc-accept-encoding", MessageEncoding.accepted) }
    let rest = byteSizeMax - builder.byteSize
    StatusFields(status, metadata, byteSizeMax: rest).append(to: &builder)
    return HeaderBlock(builder)
  }

  /// Of initial metadata, in octets of RFC 9113 §6.5.2; fields past it are left out.
  static let headersSizeMax = 8 << 10

  private static func start(_ shape: AnswerShape) -> HeaderBlockBuilder {
    var builder = HeaderBlockBuilder()
    builder.append(":status", String(shape.httpStatus))
    builder.append("content-type", shape.namesProto ? "application/grpc+proto" : "application/grpc")
    return builder
  }
}
