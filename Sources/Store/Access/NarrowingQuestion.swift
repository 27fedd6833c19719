/// Asked by Postgres just before a transaction ends.
package enum NarrowingQuestion {
  /// An expression of one boolean: whether this transaction took a right away from somebody.
  package static let expression: StaticString = """
    EXISTS (
      SELECT FROM roster.access_feed WHERE xid = pg_current_xact_id_if_assigned() AND narrowing)
    """
}
