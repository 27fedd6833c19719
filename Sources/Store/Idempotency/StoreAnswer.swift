package import Domain
package import Postgres

/// Stores the answer of a request beside its effect, in the transaction that claimed it.
package struct StoreAnswer: Statement {
  package let key: RequestKey
  package let sealedAnswer: [UInt8]
  package let subject: UserID?

  /// - Parameters:
  ///   - sealedAnswer: the answer's bytes under the key ring's `replay` key.
  ///   - subject: the one person it tells of, with whom it is erased; nil: nobody, or several.
  package init(_ key: RequestKey, sealedAnswer: [UInt8], subject: UserID? = nil) {
    self.key = key
    self.sealedAnswer = sealedAnswer
    self.subject = subject
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.idempotency_keys SET answer = $5, subject_id = $6
       WHERE organization_id = $1 AND principal_kind = $2 AND principal_id = $3
         AND request_id = $4 AND xid = pg_current_xact_id()
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(key.organization)
    parameters.text(key.principal.kind.rawValue)
    parameters.id(key.principal.id)
    parameters.id(key.request)
    parameters.bytes(sealedAnswer)
    parameters.optionalID(subject)
  }

  package typealias Row = NoRow
}
