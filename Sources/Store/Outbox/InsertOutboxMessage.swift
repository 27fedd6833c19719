package import Domain
package import Postgres

/// Decides, exactly once, that a message is sent.
package struct InsertOutboxMessage: Statement {
  package let message: OutboxMessage

  package init(_ message: OutboxMessage) {
    self.message = message
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.outbox (
      organization_id, outbox_id, kind, template, subject_id, payload, created_at, next_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(message.organization)
    parameters.id(message.id)
    parameters.text(message.kind.rawValue)
    parameters.text(message.template.rawValue)
    parameters.id(message.subject)
    parameters.bytes(message.sealedPayload)
    parameters.instant(message.createdAt)
  }

  package typealias Row = NoRow
}
