package import Domain
package import Postgres

/// Adds the seals of one position, one an organization. A seal that is there already, made by
/// another process, fails the transaction.
package struct InsertSeals: Statement {
  package let seals: [EventSeal]

  /// - Parameter seals: of one position and one time; never none.
  package init(_ seals: [EventSeal]) {
    self.seals = seals
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    INSERT INTO roster.event_seals (
      organization_id, seal_no, epoch, snapshot, event_count, digest, previous_digest, at)
    SELECT n.organization_id, n.seal_no, $1, $2::pg_snapshot, n.event_count, n.digest,
           n.previous_digest, $3
      FROM unnest($4, $5, $6, $7, $8)
        AS n (organization_id, seal_no, event_count, digest, previous_digest)
    """

  package func bind(_ parameters: inout Parameters) {
    let first = seals.first
    parameters.int32(first?.position.epoch)
    parameters.text(first?.position.snapshot.text)
    parameters.instant(first?.at)
    parameters.ids(seals.map(\.organization))
    parameters.int64s(seals.map(\.number))
    parameters.int64s(seals.map(\.eventCount))
    parameters.bytesArray(seals.map(\.digest))
    parameters.bytesArray(seals.map(\.previousDigest))
  }

  package typealias Row = NoRow
}
