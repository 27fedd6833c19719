package import Domain
package import Postgres

/// Goes through the sealed keys of subjects as roster_owner, so that they can be sealed anew by
/// another key of the ring.
package struct SubjectKeyRewrite {
  package struct Row: Hashable, Sendable {
    package let organization: OrganizationID
    package let subject: UserID
    package let sealedKey: [UInt8]

    package init(organization: OrganizationID, subject: UserID, sealedKey: [UInt8]) {
      self.organization = organization
      self.subject = subject
      self.sealedKey = sealedKey
    }
  }

  /// Rows read and written at once.
  package static let pageSize = 500

  private let connection: ScriptConnection

  /// - Parameter connection: logged in as roster_owner.
  package init(_ connection: ScriptConnection) {
    self.connection = connection
  }

  /// Makes the database know a key, so that a replica may start with it as its primary.
  /// - Returns: whether the database knows that id by another secret, which is then left as it is.
  package func register(_ fingerprint: KeyFingerprint) async throws(DatabaseError) -> Bool {
    let rows = try await connection.run(
      """
      INSERT INTO roster.key_fingerprints (key_id, fingerprint)
      VALUES (\(fingerprint.keyID), '\\x\(hex(fingerprint.bytes))') ON CONFLICT DO NOTHING;
      SELECT 1 FROM roster.key_fingerprints
       WHERE key_id = \(fingerprint.keyID) AND fingerprint <> '\\x\(hex(fingerprint.bytes))'
      """)
    return !rows.isEmpty
  }

  /// The next rows that the key `keyID` didn't seal, in the order of their primary key.
  package func page(
    notSealedBy keyID: UInt32, after row: Row?
  ) async throws(DatabaseError) -> [Row] {
    let organization = row?.organization ?? OrganizationID(.nil)
    let subject = row?.subject ?? UserID(.nil)
    // Sealed bytes: 1 byte format, 4 bytes key id.
    let id = hex((0..<4).map { UInt8(truncatingIfNeeded: keyID >> (24 - 8 * $0)) })
    let rows = try await connection.run(
      """
      SELECT organization_id, subject_id, encode(sealed_key, 'hex') FROM roster.subject_keys
       WHERE substring(sealed_key FROM 2 FOR 4) <> '\\x\(id)'
         AND (organization_id, subject_id) > ('\(organization)', '\(subject)')
       ORDER BY organization_id, subject_id LIMIT \(Self.pageSize)
      """)
    return try rows.map { (columns) throws(DatabaseError) in
      guard columns.count == 3,
        let organization = columns[0].flatMap(OrganizationID.init(canonical:)),
        let subject = columns[1].flatMap(UserID.init(canonical:)),
        let sealed = columns[2].flatMap(bytes(hex:))
      else { throw .undecodable(column: 0, reason: "no sealed key of a subject") }
      return Row(organization: organization, subject: subject, sealedKey: sealed)
    }
  }

  /// Replaces sealed keys, each only while it is still the one that was read.
  package func replace(_ changes: [(old: Row, sealedKey: [UInt8])]) async throws(DatabaseError) {
    guard !changes.isEmpty else { return }
    let values = changes.map { change in
      """
      ('\(change.old.organization)'::uuid, '\(change.old.subject)'::uuid, \
      '\\x\(hex(change.old.sealedKey))'::bytea, '\\x\(hex(change.sealedKey))'::bytea)
      """
    }
    try await connection.run(
      """
      UPDATE roster.subject_keys AS k SET sealed_key = v.fresh
        FROM (VALUES \(values.joined(separator: ",\n"))) AS v (organization, subject, old, fresh)
       WHERE k.organization_id = v.organization AND k.subject_id = v.subject
         AND k.sealed_key = v.old
      """)
  }
}

private func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func bytes(hex: String) -> [UInt8]? {
  let digits = hex.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
  guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { place in
    UInt8((digits[place] ?? 0) << 4 | (digits[place + 1] ?? 0))
  }
}
