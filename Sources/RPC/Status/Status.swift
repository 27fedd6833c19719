/// How a call ended, as the caller sees it: `google.rpc.Status`.
///
/// Handlers throw it; nothing else can leave a handler, for its throws are typed. A failure that
/// has no status of its own is ``StatusCode/unknown`` with a text that gives nothing away.
package struct Status: Error, Hashable, Sendable {
  package var code: StatusCode
  /// For people who debug the caller: says what was wrong and what to do. Never a secret.
  package var message: String
  /// At most one of each kind; every error carries one
  /// ``StatusDetail/errorInfo(reason:domain:metadata:)``.
  package var details: [StatusDetail]

  /// The `domain` of every ErrorInfo of ours.
  package static let domain = "roster"

  package init(code: StatusCode, message: String, details: [StatusDetail] = []) {
    self.code = code
    self.message = message
    self.details = details
  }

  /// An error with its ErrorInfo.
  /// - Parameter reason: UPPER_SNAKE_CASE, at most 63 characters.
  /// - Parameter metadata: every value that varies in `message`, so that no one parses the text.
  package init(
    _ code: StatusCode, reason: String, _ message: String, metadata: [String: String] = [:],
    details: [StatusDetail] = []
  ) {
    self.init(
      code: code, message: message,
      details: [.errorInfo(reason: reason, domain: Self.domain, metadata: metadata)] + details)
  }

  package static let ok = Status(code: .ok, message: "")

  /// The `reason` of the ErrorInfo.
  package var reason: String? {
    for case .errorInfo(let reason, _, _) in details { return reason }
    return nil
  }

  /// The same status with one more detail.
  package func adding(_ detail: StatusDetail) -> Status {
    Status(code: code, message: message, details: details + [detail])
  }
}

/// An error that knows its status; a service's closed set of failures conforms to it.
package protocol StatusConvertible: Error, Sendable {
  var status: Status { get }
}

extension Status: StatusConvertible {
  package var status: Status { self }
}
