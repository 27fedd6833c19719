/// How long calls of each class wait for what is behind the loop, in nanoseconds: the least wait
/// of those served lately, or the age of what waits when nothing was served.
package struct QueueWaits: Hashable, Sendable {
  package var lookup: UInt64
  package var write: UInt64
  package var bulk: UInt64

  package init(lookup: UInt64 = 0, write: UInt64 = 0, bulk: UInt64 = 0) {
    self.lookup = lookup
    self.write = write
    self.bulk = bulk
  }

  /// Of a class; zero for ``AdmissionClass/check``, whose wait turns nobody away.
  package subscript(_ admissionClass: AdmissionClass) -> UInt64 {
    switch admissionClass {
    case .check: 0
    case .lookup: lookup
    case .write: write
    case .bulk: bulk
    }
  }
}

/// What made a call's class wait.
package enum ShedReason: String, CaseIterable, Sendable {
  /// The loop turns so slowly that bytes wait to be read.
  case loop
  /// Statements wait for PostgreSQL.
  case database
}
