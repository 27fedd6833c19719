package import Crypto
import Domain
package import EventLoop
package import Postgres
import Store

/// Seals by the primary key what other keys of the ring have sealed, over `database.owner_url`,
/// while replicas serve.
package enum KeyResealing {
  package enum Failure: Error, CustomStringConvertible {
    case otherSecret(keyID: UInt32)

    package var description: String {
      switch self {
      case .otherSecret(let id):
        "keys_file: its key \(id) is another than the database's key \(id); it is the wrong file"
      }
    }
  }

  package struct Outcome: Hashable, Sendable {
    package var resealed = 0
    /// Sealed by a key that the ring doesn't hold, or altered: left as they are.
    package var unopened = 0
  }

  /// Makes every key of the ring known to the database, then reseals the keys of subjects.
  package static func run(
    _ conninfo: Conninfo, _ ring: KeyRing, on loop: EventLoop
  ) async throws -> Outcome {
    let connection = try await ScriptConnection.open(conninfo, loop: loop)
    defer { connection.close() }
    let rewrite = SubjectKeyRewrite(connection)
    for id in ring.keyIDs {
      guard let bytes = ring.fingerprint(of: id) else { continue }
      if try await rewrite.register(KeyFingerprint(keyID: id, bytes: bytes)) {
        throw Failure.otherSecret(keyID: id)
      }
    }
    var outcome = Outcome()
    var last: SubjectKeyRewrite.Row?
    while true {
      let page = try await rewrite.page(notSealedBy: ring.primaryKeyID, after: last)
      guard let end = page.last else { return outcome }
      var changes: [(old: SubjectKeyRewrite.Row, sealedKey: [UInt8])] = []
      for row in page {
        guard let sealed = reseal(row, ring) else {
          outcome.unopened += 1
          continue
        }
        changes.append((row, sealed))
      }
      try await rewrite.replace(changes)
      outcome.resealed += changes.count
      last = end
    }
  }

  private static func reseal(_ row: SubjectKeyRewrite.Row, _ ring: KeyRing) -> [UInt8]? {
    let context = SubjectKeySeal.context(row.subject, in: row.organization)
    guard let key = try? ring.open(row.sealedKey, for: .subject, in: context) else { return nil }
    return ring.seal(key, for: .subject, in: context)
  }
}

/// How the key of a subject is sealed by the ring: the same everywhere, or it doesn't open.
enum SubjectKeySeal {
  static func context(_ subject: UserID, in organization: OrganizationID) -> SealContext {
    let halves = (subject.uuid.high.bigEndian, subject.uuid.low.bigEndian)
    return SealContext(
      organization: (organization.uuid.high, organization.uuid.low),
      rowKey: withUnsafeBytes(of: halves) { Array($0) })
  }
}
