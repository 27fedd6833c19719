internal import HTTP2

/// What admission needs of a header list, found in one pass over it.
struct RequestHead {
  enum ContentType {
    /// `application/grpc`.
    case grpc
    /// `application/grpc+proto`.
    case proto
    /// `application/grpc+` and a codec that is not ours.
    case otherCodec
    /// Absent, or something else altogether.
    case foreign
  }

  var contentType = ContentType.foreign
  /// Index of the field; -1 when there is none.
  var contentTypeIndex = -1
  /// Of messages that are marked as compressed.
  var encoding = MessageEncoding.identity
  /// Index of a grpc-encoding that is not installed; -1 when there is none.
  var encodingIndex = -1
  var timeoutNanoseconds: UInt64?
  /// A field that can't be read: grpc-timeout, or a `-bin` that is no base64.
  var malformedIndex = -1
  var isTimeoutMalformed = false

  init(_ headers: HeaderList) {
    for index in 0..<headers.count {
      let name = headers.name(at: index)
      switch name.count {
      case 12 where name.equals("content-type"):
        contentTypeIndex = index
        contentType = Self.contentType(headers.value(at: index))
      case 12 where name.equals("grpc-timeout"):
        readTimeout(headers.value(at: index), at: index)
      case 13 where name.equals("grpc-encoding"):
        if let encoding = MessageEncoding(named: headers.value(at: index)) {
          self.encoding = encoding
        } else {
          encodingIndex = index
        }
      default:
        if malformedIndex < 0, name.ends(with: "-bin"),
          BinaryValue.decode(headers.value(at: index)) == nil
        {
          malformedIndex = index
        }
      }
    }
  }

  private mutating func readTimeout(_ value: UnsafeRawBufferPointer, at index: Int) {
    if let nanoseconds = Timeout.nanoseconds(parsing: value) {
      timeoutNanoseconds = nanoseconds
    } else {
      malformedIndex = index
      isTimeoutMalformed = true
    }
  }

  private static func contentType(_ value: UnsafeRawBufferPointer) -> ContentType {
    guard value.starts(with: "application/grpc") else { return .foreign }
    let rest = UnsafeRawBufferPointer(rebasing: value.dropFirst(16))
    if rest.isEmpty { return .grpc }
    switch rest[0] {
    case UInt8(ascii: ";"): return .grpc
    case UInt8(ascii: "+"):
      let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.count
      return UnsafeRawBufferPointer(rebasing: rest[..<end]).equals("+proto") ? .proto : .otherCodec
    default: return .foreign
    }
  }
}
