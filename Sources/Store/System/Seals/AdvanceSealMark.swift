package import Domain
package import Postgres

/// Says that every event up to a position is sealed; in the transaction that seals them.
package struct AdvanceSealMark: Statement {
  package let position: SealPosition

  package init(_ position: SealPosition) {
    self.position = position
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.event_seal_mark SET epoch = $1, snapshot = $2::pg_snapshot
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int32(position.epoch)
    parameters.text(position.snapshot.text)
  }

  package typealias Row = NoRow
}
