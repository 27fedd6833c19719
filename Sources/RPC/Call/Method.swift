/// An entry of the ``Router``.
package struct Method: Sendable {
  /// As on the wire: `/roster.v1.UserService/GetUser`. Case matters, nothing is decoded.
  package let path: String
  package let kind: CallKind
  /// Answered from memory: starts inside the callback that completes its request.
  package let isHot: Bool
  /// Who gives way to whom when calls wait.
  package let admissionClass: AdmissionClass
  package private(set) var traits: Traits = []
  package internal(set) var options = MethodOptions()
  /// Tried before `body` when the method is hot; without it, or where it answers nil, `body` runs.
  package private(set) var immediate: ImmediateBody?
  package let body: MethodBody

  /// What more a caller may do than send it protobuf by POST.
  package struct Traits: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// Its body heeds ``RequestMessage/codec``; others get protobuf only.
    package static let takesJSON = Traits(rawValue: 1)
    /// `idempotency_level` NO_SIDE_EFFECTS: Connect may call it by GET.
    package static let hasNoSideEffects = Traits(rawValue: 2)
  }

  package init(
    path: String, kind: CallKind, isHot: Bool = false, messageSizeMax: Int? = nil,
    admissionClass: AdmissionClass = .check, body: MethodBody
  ) {
    self.path = path
    self.kind = kind
    self.isHot = isHot
    self.admissionClass = admissionClass
    self.body = body
    options.messageSizeMax = messageSizeMax
  }

  /// The same hot unary method, which answers at once what it can.
  package func answering(atOnce immediate: ImmediateBody?) -> Method {
    assert(immediate == nil || (isHot && kind == .unary))
    var method = self
    method.immediate = immediate
    return method
  }

  /// The same method, with these.
  package func with(_ traits: Traits) -> Method {
    var method = self
    method.traits = traits
    return method
  }
}

/// Answers a unary call at once, from memory, inside the callback that completed its request.
///
/// A call answered so needs no task, whose making and ending cost more than an answer from memory
/// does. Nil means that the answer takes a wait, or that the call is to fail: then nothing of the
/// call may have been changed, and the method's body runs as if this had not been tried.
package typealias ImmediateBody =
  @Sendable (_ request: RequestMessage, _ call: ServerCall) -> ResponseMessage?

/// What a method does. It runs on its connection's loop and must not block.
package enum MethodBody: Sendable {
  /// For ``CallKind/unary`` only.
  case unary(
    @Sendable (_ request: RequestMessage, _ call: ServerCall) async throws(Status) ->
      ResponseMessage)
  /// For the three streaming kinds: ``ServerCall/nextMessage()`` and ``ServerCall/send(_:)``.
  case streaming(@Sendable (_ call: ServerCall) async throws(Status) -> Void)
}
