import Domain
package import Postgres

/// Claims a request id for this transaction, or finds what it was used for. While the first call is
/// in flight it waits for it; past lock_timeout it fails with ``DatabaseError/lockTimeout``.
package struct ClaimRequest: Statement {
  package let key: RequestKey
  package let method: String
  package let digest: [UInt8]

  /// - Parameters:
  ///   - method: the full name, `package.Service/Method`.
  ///   - digest: SHA-256 of the request's deterministic bytes without its request_id.
  package init(_ key: RequestKey, method: String, digest: [UInt8]) {
    self.key = key
    self.method = method
    self.digest = digest
  }

  package static let kind = StatementKind.write
  // The conflicting row is always written again, so that its newest version is returned even when
  // it was committed after this statement's snapshot; past its 24 hours it is claimed anew.
  package static let sql: StaticString = """
    INSERT INTO roster.idempotency_keys AS k (
      organization_id, principal_kind, principal_id, request_id, method, request_digest, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, now() + interval '24 hours')
    ON CONFLICT (organization_id, principal_kind, principal_id, request_id) DO UPDATE
       SET (method, request_digest, answer, xid, expires_at) = (
         SELECT CASE WHEN k.expires_at > now() THEN k.method ELSE excluded.method END,
                CASE WHEN k.expires_at > now() THEN k.request_digest
                     ELSE excluded.request_digest END,
                CASE WHEN k.expires_at > now() THEN k.answer END,
                CASE WHEN k.expires_at > now() THEN k.xid ELSE excluded.xid END,
                CASE WHEN k.expires_at > now() THEN k.expires_at ELSE excluded.expires_at END)
    RETURNING method, request_digest, answer, xid, xid = pg_current_xact_id(),
              (SELECT epoch FROM roster.cluster_epoch)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(key.organization)
    parameters.text(key.principal.kind.rawValue)
    parameters.id(key.principal.id)
    parameters.id(key.request)
    parameters.text(method)
    parameters.bytes(digest)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RequestClaim {
    try RequestClaim(
      method: row.text(0), digest: row.bytes(1), sealedAnswer: row.optionalBytes(2),
      xid: row.xid8(3), isOurs: row.bool(4), epoch: row.int32(5))
  }
}
