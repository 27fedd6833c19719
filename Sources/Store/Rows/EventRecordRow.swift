import Domain
import Postgres

/// The columns that every statement answering an ``EventRecord`` selects: those of `events` in the
/// order of the table.
enum EventRecordRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventRecord {
    let place = try EventRecord.Place(
      id: row.id(1, EventID.self), organization: row.id(0, OrganizationID.self),
      revision: Revision(epoch: row.int32(2), xid: row.xid8(3)), at: row.instant(4))
    let request = try row.optionalUUID(12).map { RequestID(high: $0.high, low: $0.low) }
    return try EventRecord(
      place, actor: party(row, kind: 5, id: 6, details: 14), action: row.text(7),
      target: party(row, kind: 8, id: 9, details: 15), outcome: row.text(10),
      origin: EventRecord.Origin(
        reason: row.optionalText(11), requestID: request, traceID: row.optionalBytes(13)))
  }

  private static func party(
    _ row: borrowing RowReader, kind: Int, id: Int, details: Int
  ) throws(DatabaseError) -> EventRecord.Party {
    let (high, low) = try row.uuid(id)
    return try EventRecord.Party(
      kind: row.text(kind), id: UUID128(high: high, low: low),
      sealedDetails: row.optionalBytes(details))
  }
}
