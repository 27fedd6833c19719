import Crypto
import Domain
import Logging
import RPC

/// The fields of a call's line in the log.
enum CallFields {
  static func metadata(
    of call: ServerCall, _ status: StatusCode, nanoseconds: UInt64
  ) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "method": .string(call.method.path), "code": .string(status.name),
      "dur_ms": .stringConvertible(Double(nanoseconds / 1000) / 1000),
      "peer": .string(call.peer), "trace_id": .string(call.trace.traceIDText),
      "span_id": .string(call.trace.spanIDText),
    ]
    if let identity = call.connection.peerIdentity {
      fields["peer_identity"] = .string(identity.uri)
    }
    if let caller = text(call.subject.caller) { fields["caller"] = .string(caller) }
    if let id = text(call.subject.organization) { fields["organization_id"] = .string(id) }
    if let user = text(call.subject.user) { fields["actor"] = .string(pseudonym(of: user)) }
    return fields
  }

  private static func text(_ id: CallSubject.ID) -> String? {
    id == (0, 0) ? nil : OrganizationID(UUID128(high: id.high, low: id.low)).text
  }

  /// A person is recognized from line to line and not named.
  private static func pseudonym(of user: String) -> String {
    let digest = SHA256.hash(Array("roster:log:\(user)".utf8)).bytes
    return digest.prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
