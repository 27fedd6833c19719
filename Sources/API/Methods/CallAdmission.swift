package import RPC

/// The one way into every method: who calls, whether they may, and in which organization.
///
/// The generated entries ask ``admit(_:to:)`` before a byte of the message is decoded, and
/// ``enter(organizationID:_:as:)`` before the handler sees a request that names an organization.
package protocol CallAdmission<Caller, Failure>: Sendable {
  associatedtype Caller
  associatedtype Failure: CallFailure

  /// Authenticates the caller and checks that it may call the method at all.
  func admit(_ call: ServerCall, to method: MethodDescriptor) async throws(Failure) -> Caller

  /// As ``admit(_:to:)``, from memory alone; nil when that takes a wait or the call is to fail.
  func admitAtOnce(_ call: ServerCall, to method: MethodDescriptor) -> Caller?

  /// As ``enter(organizationID:_:as:)``, from memory alone; nil as for the other.
  func enterAtOnce(
    organizationID: String, _ method: MethodDescriptor, as caller: consuming Caller
  ) -> Caller?

  /// The caller with the organization it acts in; `organizationID` is the text of the request.
  func enter(
    organizationID: String, _ method: MethodDescriptor, as caller: consuming Caller
  ) async throws(Failure) -> Caller

  /// Told of every call that a failure ends, before its status is sent.
  ///
  /// - Parameter caller: nil when it was not admitted.
  func failed(
    _ failure: Failure, _ call: ServerCall, _ method: MethodDescriptor, as caller: Caller?
  ) async
}

extension CallAdmission {
  package func admitAtOnce(_ call: ServerCall, to method: MethodDescriptor) -> Caller? { nil }

  package func enterAtOnce(
    organizationID: String, _ method: MethodDescriptor, as caller: consuming Caller
  ) -> Caller? { nil }

  package func failed(
    _ failure: Failure, _ call: ServerCall, _ method: MethodDescriptor, as caller: Caller?
  ) async {}
}

/// A service's closed set of failures, which also carries what RPC itself reports to a handler.
package protocol CallFailure: StatusConvertible {
  init(_ status: Status)
}

extension Status: CallFailure {
  package init(_ status: Status) {
    self = status
  }
}
