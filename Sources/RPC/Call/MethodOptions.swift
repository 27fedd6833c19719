/// Where a method differs from the rest of its connection.
package struct MethodOptions: Hashable, Sendable {
  /// In bytes, of one request message when it is decompressed; nil takes the connection's limit.
  package var messageSizeMax: Int?
  /// Of a call, from its headers on: a longer `grpc-timeout` is cut to it, and a caller who set
  /// none has this. Nil leaves the deadline to the caller.
  package var deadlineMax: Duration?
  /// An answer holds a secret: it is never compressed, since the length of what is compressed
  /// tells of its content to whoever can have texts of their own beside it (CVE-2013-3587).
  package var answersSecret = false

  package init() {}
}

extension Method {
  /// The method under these options.
  package func with(_ options: MethodOptions) -> Method {
    var method = self
    method.options = options
    return method
  }
}

extension MethodOptions {
  /// In bytes, of one request message: the smaller of the method's limit and the server's, which an
  /// operator may set below it.
  func messageSizeMax(within limits: ServerLimits) -> Int {
    min(messageSizeMax ?? .max, limits.messageSizeMax)
  }
}
