/// One `google.protobuf.Any` of `google.rpc.Status.details` (google/rpc/error_details.proto).
package enum StatusDetail: Hashable, Sendable {
  /// What went wrong, for programs: `reason` is one of a published set.
  case errorInfo(reason: String, domain: String, metadata: [String: String])
  case badRequest([FieldViolation])
  case preconditionFailure([PreconditionViolation])
  case quotaFailure([QuotaViolation])
  /// How long to wait before the next attempt.
  case retryInfo(delay: Duration)
  case resourceInfo(type: String, name: String, description: String)
  /// Any other message, already encoded.
  case message(typeURL: String, bytes: [UInt8])
}

/// One wrong field of a request.
package struct FieldViolation: Hashable, Sendable {
  /// The path as in the proto, such as `users[3].email`.
  package let field: String
  package let description: String

  package init(field: String, description: String) {
    self.field = field
    self.description = description
  }
}

/// One condition that does not hold.
package struct PreconditionViolation: Hashable, Sendable {
  /// The kind of condition, such as `STATE`.
  package let type: String
  /// What it was asked of, such as `users/<id>`.
  package let subject: String
  package let description: String

  package init(type: String, subject: String, description: String) {
    self.type = type
    self.subject = subject
    self.description = description
  }
}

/// One quota that is used up.
package struct QuotaViolation: Hashable, Sendable {
  package let subject: String
  package let description: String

  package init(subject: String, description: String) {
    self.subject = subject
    self.description = description
  }
}
