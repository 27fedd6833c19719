extension Status {
  /// The request is wrong whatever the state of the system; repeating it is of no use.
  /// - Parameter field: the path of the field as in the proto, such as `user.email`.
  package static func invalidArgument(
    reason: String, field: String? = nil, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    var status = Status(.invalidArgument, reason: reason, message, metadata: metadata)
    if let field {
      status.details.append(.badRequest([FieldViolation(field: field, description: message)]))
    }
    return status
  }

  /// Several fields are wrong at once.
  package static func invalidArgument(
    reason: String, _ message: String, violations: [FieldViolation]
  ) -> Status {
    Status(.invalidArgument, reason: reason, message, details: [.badRequest(violations)])
  }

  /// There is no such resource, or the caller may not know of it: both look the same.
  /// - Parameter resource: its type and the name the caller asked for.
  package static func notFound(
    reason: String, resource: (type: String, name: String)? = nil, _ message: String,
    metadata: [String: String] = [:]
  ) -> Status {
    var status = Status(.notFound, reason: reason, message, metadata: metadata)
    if let resource { status.details.append(.resource(resource)) }
    return status
  }

  package static func alreadyExists(
    reason: String, resource: (type: String, name: String)? = nil, _ message: String,
    metadata: [String: String] = [:]
  ) -> Status {
    var status = Status(.alreadyExists, reason: reason, message, metadata: metadata)
    if let resource { status.details.append(.resource(resource)) }
    return status
  }

  package static func permissionDenied(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.permissionDenied, reason: reason, message, metadata: metadata)
  }

  package static func unauthenticated(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.unauthenticated, reason: reason, message, metadata: metadata)
  }

  /// The state of the resource forbids it; repeating is of use only after the state has changed.
  package static func failedPrecondition(
    reason: String, _ message: String, metadata: [String: String] = [:],
    violations: [PreconditionViolation] = []
  ) -> Status {
    Status(
      .failedPrecondition, reason: reason, message, metadata: metadata,
      details: violations.isEmpty ? [] : [.preconditionFailure(violations)])
  }

  /// A conflict with another writer: read again and repeat.
  package static func aborted(
    reason: String, _ message: String, metadata: [String: String] = [:],
    retryAfter delay: Duration? = nil
  ) -> Status {
    Status(.aborted, reason: reason, message, metadata: metadata, details: .retry(after: delay))
  }

  package static func outOfRange(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.outOfRange, reason: reason, message, metadata: metadata)
  }

  /// A limit or a budget is used up.
  package static func resourceExhausted(
    reason: String, _ message: String, metadata: [String: String] = [:],
    retryAfter delay: Duration? = nil
  ) -> Status {
    Status(
      .resourceExhausted, reason: reason, message, metadata: metadata,
      details: .retry(after: delay))
  }

  /// The server can't serve it now; repeating with backoff is safe.
  package static func unavailable(
    reason: String, _ message: String, metadata: [String: String] = [:],
    retryAfter delay: Duration? = nil
  ) -> Status {
    Status(.unavailable, reason: reason, message, metadata: metadata, details: .retry(after: delay))
  }

  package static func unimplemented(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.unimplemented, reason: reason, message, metadata: metadata)
  }

  package static func deadlineExceeded(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.deadlineExceeded, reason: reason, message, metadata: metadata)
  }

  /// A fault of ours, or a request that breaks gRPC itself. The text must not leak our insides.
  package static func `internal`(
    reason: String, _ message: String, metadata: [String: String] = [:]
  ) -> Status {
    Status(.internal, reason: reason, message, metadata: metadata)
  }
}

extension StatusDetail {
  static func resource(_ resource: (type: String, name: String)) -> StatusDetail {
    .resourceInfo(type: resource.type, name: resource.name, description: "")
  }
}

extension [StatusDetail] {
  static func retry(after delay: Duration?) -> [StatusDetail] {
    delay.map { [.retryInfo(delay: $0)] } ?? []
  }
}
