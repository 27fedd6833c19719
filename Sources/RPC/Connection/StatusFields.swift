internal import HTTP2

/// The fields that carry a status, cut down until they fit: clients hang or close on a longer
/// list (wire.md 1.2). First the message goes short, then details, then metadata; never the code.
struct StatusFields {
  private let code: String
  private var message: [UInt8]
  private var details: [UInt8]
  private var metadata: [ResponseMetadata.Field]

  private static let shortMessageSizeMax = 1024
  private static let fieldOverhead = 32

  /// - Parameter byteSizeMax: in octets of RFC 9113 §6.5.2; the list stays below it.
  init(_ status: Status, _ metadata: ResponseMetadata, byteSizeMax: Int) {
    code = String(status.code.rawValue)
    message = PercentEncoding.encode(status.message, byteCountMax: max(byteSizeMax, 0))
    details = Self.encode(status)
    self.metadata = metadata.fields
    if byteSize < byteSizeMax { return }

    var short = status
    short.message = Self.cut(status.message)
    message = PercentEncoding.encode(short.message, byteCountMax: Self.shortMessageSizeMax)
    for details in Self.reductions(of: status.details) {
      short.details = details
      self.details = Self.encode(short)
      if byteSize < byteSizeMax { return }
    }
    while byteSize >= byteSizeMax, !self.metadata.isEmpty { self.metadata.removeLast() }
    if byteSize >= byteSizeMax { message = [] }
  }

  func append(to builder: inout HeaderBlockBuilder) {
    builder.append("grpc-status", code)
    if !message.isEmpty {
      builder.append("grpc-message".utf8, message, isIndexed: false)
    }
    if !details.isEmpty {
      builder.append("grpc-status-details-bin".utf8, details, isIndexed: false)
    }
    for field in metadata {
      builder.append(field.name, field.value, isIndexed: false)
    }
  }

  /// The same fields as gRPC-Web has them, one line each.
  var lines: [UInt8] {
    var lines: [UInt8] = []
    func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
      lines += name
      lines += ": ".utf8
      lines += value
      lines += "\r\n".utf8
    }
    append("grpc-status".utf8, code.utf8)
    if !message.isEmpty { append("grpc-message".utf8, message) }
    if !details.isEmpty { append("grpc-status-details-bin".utf8, details) }
    for field in metadata { append(field.name, field.value) }
    return lines
  }

  private var byteSize: Int {
    var size = "grpc-status".utf8.count + code.utf8.count + Self.fieldOverhead
    if !message.isEmpty { size += "grpc-message".utf8.count + message.count + Self.fieldOverhead }
    if !details.isEmpty {
      size += "grpc-status-details-bin".utf8.count + details.count + Self.fieldOverhead
    }
    return metadata.reduce(size) { $0 + $1.byteSize }
  }

  private static func encode(_ status: Status) -> [UInt8] {
    status.details.isEmpty ? [] : Base64.encode(status.encoded)
  }

  private static func cut(_ message: String) -> String {
    var scalars = String.UnicodeScalarView()
    var byteCount = 0
    for scalar in message.unicodeScalars {
      byteCount += UTF8.width(scalar)
      if byteCount > shortMessageSizeMax { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }

  /// All details, then with ever fewer field violations, then only the reason, then none.
  private static func reductions(of details: [StatusDetail]) -> [[StatusDetail]] {
    var reductions = [details]
    var largest = 0
    for case .badRequest(let violations) in details { largest = max(largest, violations.count) }
    while largest > 1 {
      largest /= 2
      reductions.append(details.map { $0.keeping(largest) })
    }
    reductions.append(details.filter { if case .errorInfo = $0 { true } else { false } })
    reductions.append([])
    return reductions
  }
}

extension StatusDetail {
  /// At most that many field violations, and one more that says how many there were.
  fileprivate func keeping(_ count: Int) -> StatusDetail {
    guard case .badRequest(let violations) = self, violations.count > count else { return self }
    let dropped = FieldViolation(
      field: "", description: "and \(violations.count - count) more violations")
    return .badRequest(violations.prefix(count) + [dropped])
  }
}
