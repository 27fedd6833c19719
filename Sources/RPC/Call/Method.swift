/// An entry of the ``Router``.
package struct Method: Sendable {
  /// As on the wire: `/roster.v1.UserService/GetUser`. Case matters, nothing is decoded.
  package let path: String
  package let kind: CallKind
  /// Answered from memory: starts inside the callback that completes its request.
  package let isHot: Bool
  /// In bytes, of one request message; nil takes the connection's limit.
  package let messageSizeMax: Int?
  /// Tried before `body` when the method is hot; without it, or where it answers nil, `body` runs.
  package let immediate: ImmediateBody?
  package let body: MethodBody

  package init(
    path: String, kind: CallKind, isHot: Bool = false, messageSizeMax: Int? = nil,
    immediate: ImmediateBody? = nil, body: MethodBody
  ) {
    assert(immediate == nil || (isHot && kind == .unary))
    self.path = path
    self.kind = kind
    self.isHot = isHot
    self.messageSizeMax = messageSizeMax
    self.immediate = immediate
    self.body = body
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
