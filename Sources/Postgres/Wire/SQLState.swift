internal import CLibpq

/// What the server said about a statement that failed.
struct ServerFailure {
  let error: DatabaseError
  /// Empty when libpq speaks for itself.
  let sqlState: String
  /// It carries a SQLSTATE; without one libpq speaks for itself.
  let isFromServer: Bool
  /// The connection must not be used again.
  let isFatal: Bool
  /// The prepared statement no longer fits (0A000), is gone (26000) or was there already (42P05):
  /// preparing it again helps.
  let staleness: Staleness?
  /// The statement is gone since an earlier Sync was to prepare it and failed: this one had been
  /// sent by then, and has done nothing wrong.
  var isNeverPrepared = false

  enum Staleness {
    case mustDeallocate, isGone, existsAlready
  }
}

extension ServerFailure {
  /// The only translation of SQLSTATE.
  /// - Parameter isDeadlineBound: statement_timeout was what remained of the caller's deadline, not
  ///   the ceiling of the kind.
  init(reading result: OpaquePointer, isDeadlineBound: Bool) {
    let state = field(result, .sqlState) ?? ""
    let message = field(result, .message) ?? trimmed(String(cString: PQresultErrorMessage(result)))
    let severity = field(result, .severity) ?? "FATAL"
    let isFatal =
      state.isEmpty || severity == "FATAL" || severity == "PANIC" || state == "25006"
      || state.hasPrefix("08") || state.hasPrefix("57P")
    self.init(
      error: isFatal
        ? .unavailable(reason: state.isEmpty ? message : "\(state) \(message)")
        : Self.error(state, message, result, isDeadlineBound: isDeadlineBound),
      sqlState: state,
      isFromServer: !state.isEmpty,
      isFatal: isFatal,
      staleness: Self.staleness(state))
  }

  private static func error(
    _ state: String, _ message: String, _ result: OpaquePointer, isDeadlineBound: Bool
  ) -> DatabaseError {
    switch state {
    case "23505": .uniqueViolation(constraint: field(result, .constraint) ?? "")
    case "23503": .foreignKeyViolation(constraint: field(result, .constraint) ?? "")
    case "23502": .checkViolation(constraint: field(result, .column) ?? "")
    case "23514":
      if let constraint = field(result, .constraint) {
        .checkViolation(constraint: constraint)
      } else {
        .partitionMissing(table: field(result, .table) ?? "")
      }
    case "40001", "40P01": .serialization
    case "55P03": .lockTimeout
    case "57014": isDeadlineBound ? .timeout : .statementTimeout
    case "RS001": .expectationFailed
    case _ where state.hasPrefix("RS"): .ruleBroken(sqlState: state)
    case _ where state.hasPrefix("22"): .invalidValue(sqlState: state, message: message)
    case _ where state.hasPrefix("53"): .unavailable(reason: "\(state) \(message)")
    default: .rejected(sqlState: state, message: message)
    }
  }

  /// 0A000 has other uses: only "cached plan must not change result type" concerns us, and that
  /// text is translated with lc_messages, so any 0A000 gets one new try.
  private static func staleness(_ state: String) -> Staleness? {
    switch state {
    case "0A000": .mustDeallocate
    case "26000": .isGone
    case "42P05": .existsAlready
    default: nil
    }
  }
}

/// The one-letter field codes of ErrorResponse that are read.
private enum DiagnosticField: Int32 {
  case severity = 0x56  // V: never translated
  case sqlState = 0x43  // C
  case message = 0x4D  // M
  case table = 0x74  // t
  case column = 0x63  // c
  case constraint = 0x6E  // n
}

private func field(_ result: OpaquePointer, _ field: DiagnosticField) -> String? {
  PQresultErrorField(result, field.rawValue).map { String(cString: $0) }
}
