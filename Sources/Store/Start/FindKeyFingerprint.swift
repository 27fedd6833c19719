package import Postgres

/// The fingerprint of a key of the ring: one that is absent or differs means the wrong keys_file.
package struct FindKeyFingerprint: Statement {
  package let keyID: UInt32

  package init(keyID: UInt32) {
    self.keyID = keyID
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT fingerprint FROM roster.key_fingerprints WHERE key_id = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int64(Int64(keyID))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> [UInt8] {
    try row.bytes(0)
  }
}
