/// The reasons of the errors that RPC raises by itself, before or beside any handler.
package enum WireReason: String, CaseIterable, Sendable {
  case callCancelled = "CALL_CANCELLED"
  case compressionUnsupported = "COMPRESSION_UNSUPPORTED"
  case contentTypeUnsupported = "CONTENT_TYPE_UNSUPPORTED"
  case deadlineExceeded = "DEADLINE_EXCEEDED"
  case handlerFailed = "HANDLER_FAILED"
  case headersTooLarge = "HEADERS_TOO_LARGE"
  case memoryExhausted = "MEMORY_EXHAUSTED"
  case messageCorrupt = "MESSAGE_CORRUPT"
  case messageCountInvalid = "MESSAGE_COUNT_INVALID"
  case messageTooLarge = "MESSAGE_TOO_LARGE"
  case metadataMalformed = "METADATA_MALFORMED"
  case methodUnknown = "METHOD_UNKNOWN"
  case overloaded = "OVERLOADED"
  case requestMalformed = "REQUEST_MALFORMED"
  case serviceUnknown = "SERVICE_UNKNOWN"
  case shuttingDown = "SHUTTING_DOWN"
  case timeoutMalformed = "TIMEOUT_MALFORMED"
  case verbUnsupported = "VERB_UNSUPPORTED"
}

extension Status {
  /// An error of the wire itself.
  package init(
    _ code: StatusCode, _ reason: WireReason, _ message: String, metadata: [String: String] = [:]
  ) {
    self.init(code, reason: reason.rawValue, message, metadata: metadata)
  }

  /// The peer has gone, the deadline has passed, or the task was cancelled.
  package static let cancelled = Status(
    .cancelled, .callCancelled, "the call was cancelled")
}
