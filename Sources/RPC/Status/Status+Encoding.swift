extension Status {
  /// The bytes of `google.rpc.Status`, for `grpc-status-details-bin`.
  package var encoded: [UInt8] {
    var writer = WireWriter()
    writer.field(1, UInt64(code.rawValue))
    writer.field(2, message)
    for detail in details {
      writer.field(3) { any in
        any.field(1, detail.typeURL)
        any.field(2, bytes: detail.encoded)
      }
    }
    return writer.bytes
  }
}

extension StatusDetail {
  /// The `type_url` of the Any that carries it.
  package var typeURL: String {
    switch self {
    case .errorInfo: "type.googleapis.com/google.rpc.ErrorInfo"
    case .badRequest: "type.googleapis.com/google.rpc.BadRequest"
    case .preconditionFailure: "type.googleapis.com/google.rpc.PreconditionFailure"
    case .quotaFailure: "type.googleapis.com/google.rpc.QuotaFailure"
    case .retryInfo: "type.googleapis.com/google.rpc.RetryInfo"
    case .resourceInfo: "type.googleapis.com/google.rpc.ResourceInfo"
    case .message(let typeURL, _): typeURL
    }
  }

  /// The bytes of the message inside the Any; map entries in the order of their keys.
  package var encoded: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .errorInfo(let reason, let domain, let metadata):
      writer.field(1, reason)
      writer.field(2, domain)
      for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
        writer.field(3) { entry in
          entry.field(1, key)
          entry.field(2, value)
        }
      }
    case .badRequest(let violations):
      for violation in violations {
        writer.field(1) { message in
          message.field(1, violation.field)
          message.field(2, violation.description)
        }
      }
    case .preconditionFailure(let violations):
      for violation in violations {
        writer.field(1) { message in
          message.field(1, violation.type)
          message.field(2, violation.subject)
          message.field(3, violation.description)
        }
      }
    case .quotaFailure(let violations):
      for violation in violations {
        writer.field(1) { message in
          message.field(1, violation.subject)
          message.field(2, violation.description)
        }
      }
    case .retryInfo(let delay):
      writer.field(1) { message in
        message.field(1, signed: delay.components.seconds)
        message.field(2, signed: delay.components.attoseconds / 1_000_000_000)
      }
    case .resourceInfo(let type, let name, let description):
      writer.field(1, type)
      writer.field(2, name)
      writer.field(4, description)
    case .message(_, let bytes):
      return bytes
    }
    return writer.bytes
  }
}
