/// The statements that Postgres itself puts around those of Store.
enum OwnStatements {
  /// The context of point reads in a shared Sync: also resets the role, which would leak from one
  /// statement of a Sync into the next.
  struct PointContext: Statement {
    let organization: (high: UInt64, low: UInt64)?
    static let kind = StatementKind.point
    static let sql: StaticString = """
      SELECT set_config('roster.organization', $1, true), set_config('role', 'none', true)
      """
    func bind(_ parameters: inout Parameters) { parameters.organization(organization) }
    typealias Row = NoRow
  }

  /// The context of a read on a connection of its own.
  struct ReadContext: Statement {
    let context: Context
    static let kind = StatementKind.read
    static let sql: StaticString = """
      SELECT set_config('roster.organization', $1, true), set_config('role', $2, true),
             set_config('statement_timeout', $3, true), set_config('lock_timeout', $4, true)
      """
    func bind(_ parameters: inout Parameters) { context.bind(&parameters) }
    typealias Row = NoRow
  }

  /// The context of a compiled list. It is planned for its values each time, since a plan for any
  /// values walks the wrong index for some of them; by indexes, which every list has, and from row
  /// to row, since a page takes few of what a hash or a merge would read; and it is interpreted,
  /// since it ends before its plan would be compiled.
  struct ShapeContext: Statement {
    let context: Context
    static let kind = StatementKind.read
    static let sql: StaticString = """
      SELECT set_config('roster.organization', $1, true), set_config('role', $2, true),
             set_config('statement_timeout', $3, true), set_config('lock_timeout', $4, true),
             set_config('plan_cache_mode', 'force_custom_plan', true),
             set_config('enable_seqscan', 'off', true),
             set_config('enable_hashjoin', 'off', true),
             set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
      """
    func bind(_ parameters: inout Parameters) { context.bind(&parameters) }
    typealias Row = NoRow
  }

  struct Begin: Statement {
    static let kind = StatementKind.write
    static let sql: StaticString = "BEGIN"
    func bind(_ parameters: inout Parameters) {}
    typealias Row = NoRow
  }

  /// A snapshot for several reads: see ``TransactionMode/snapshot``.
  struct BeginSnapshot: Statement {
    static let kind = StatementKind.read
    static let sql: StaticString = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    func bind(_ parameters: inout Parameters) {}
    typealias Row = NoRow
  }

  /// The context of a transaction, and what its answer needs to know before COMMIT.
  struct WriteContext: Statement {
    let context: Context
    static let kind = StatementKind.write
    static let sql: StaticString = """
      SELECT pg_current_xact_id(), now(),
             set_config('roster.organization', $1, true), set_config('role', $2, true),
             set_config('statement_timeout', $3, true), set_config('lock_timeout', $4, true)
      """
    func bind(_ parameters: inout Parameters) { context.bind(&parameters) }

    struct Row: Sendable {
      let xid: UInt64
      let time: Int64
    }

    static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
      try Row(xid: row.xid8(0), time: row.timestamp(1))
    }
  }

  /// The same without an xid, which a snapshot doesn't need.
  struct SnapshotContext: Statement {
    let context: Context
    static let kind = StatementKind.read
    static let sql: StaticString = """
      SELECT now(),
             set_config('roster.organization', $1, true), set_config('role', $2, true),
             set_config('statement_timeout', $3, true), set_config('lock_timeout', $4, true)
      """
    func bind(_ parameters: inout Parameters) { context.bind(&parameters) }
    static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
      try row.timestamp(0)
    }
  }

  /// Another organization from here on: for the transaction that creates one.
  struct OrganizationContext: Statement {
    let organization: (high: UInt64, low: UInt64)
    static let kind = StatementKind.write
    static let sql: StaticString = "SELECT set_config('roster.organization', $1, true)"
    func bind(_ parameters: inout Parameters) { parameters.organization(organization) }
    typealias Row = NoRow
  }

  /// The limits of a later flush, when much of the deadline has passed since the first.
  struct TimeoutContext: Statement {
    let timeouts: Timeouts
    static let kind = StatementKind.write
    static let sql: StaticString = """
      SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)
      """
    func bind(_ parameters: inout Parameters) {
      parameters.text(String(timeouts.statementMilliseconds))
      parameters.text(String(timeouts.lockMilliseconds))
    }
    typealias Row = NoRow
  }

  struct RollbackTransaction: Statement {
    static let kind = StatementKind.write
    static let sql: StaticString = "ROLLBACK"
    func bind(_ parameters: inout Parameters) {}
    typealias Row = NoRow
  }
}

/// What is set for one transaction: the names of decisions 3 and 4.
struct Context: Sendable {
  var organization: (high: UInt64, low: UInt64)?
  /// `none` is the role that logged in.
  var role: StaticString
  var timeouts: Timeouts

  func bind(_ parameters: inout Parameters) {
    parameters.organization(organization)
    parameters.text(role.description)
    parameters.text(String(timeouts.statementMilliseconds))
    parameters.text(String(timeouts.lockMilliseconds))
  }
}
