import Store
import TestSupport
import Testing

/// That nothing about a person is forgotten when they ask for it, or when they go.
@Suite struct `Every table about users` {
  /// Table: what is not exported, and why.
  private static let unexported = [
    "idempotency_keys": "sealed answers to others, for 24 hours",
    "outbox": "messages that were sent to the person",
    "subject_keys": "a secret of ours: it opens what is exported",
  ]

  /// Table: what a permanent deletion keeps, and why.
  private static let kept = [
    "idempotency_keys": "cleared by EraseSubjectAnswers, else after 24 hours",
    "outbox": "the message that tells of the deletion; EraseSubjectMessages",
    "subject_keys": "the audit stays readable; EraseSubjectKey",
  ]

  /// Tables with a column that names a user.
  private func tables() async throws -> [String] {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(
        """
        SELECT DISTINCT c.relname
          FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p')
           AND NOT c.relispartition AND a.attname IN ('user_id', 'subject_id')
         ORDER BY 1
        """, loop: loop)
    }
    return rows.compactMap { $0.first ?? nil }
  }

  @Test func `is exported, or named with its reason`() async throws {
    let exports = [
      "\(ExportUserRows.sql)", "\(ExportGrants.sql)", "\(ExportRoleRequests.sql)",
    ].joined()
    let missing = try await tables().filter { !exports.contains("roster.\($0) ") }
    #expect(missing == Self.unexported.keys.sorted())
  }

  @Test func `is deleted from, or named with its reason`() async throws {
    let deletions = "\(DeleteUserRows.sql)"
    let missing = try await tables().filter { !deletions.contains("DELETE FROM roster.\($0) ") }
    #expect(missing == Self.kept.keys.sorted())
  }

  @Test func `is erased from where a permanent deletion keeps it`() {
    let erasures = "\(EraseSubjectKey.sql)\(EraseSubjectMessages.sql)\(EraseSubjectAnswers.sql)"
    for table in Self.kept.keys { #expect(erasures.contains("roster.\(table) "), "\(table)") }
  }
}
