/// Whether this program and a database's schema go together.
package enum SchemaVersion {
  /// The newest migration this program knows.
  package static let known = Migration.all.count

  package enum Refusal: Error, Hashable, CustomStringConvertible {
    /// The schema lacks migrations this program needs.
    case behind(version: Int, known: Int)
    /// A newer program changed the schema so that this one may no longer serve.
    case incompatible(compatibleFrom: Int, known: Int)

    package var description: String {
      switch self {
      case .behind(let version, let known):
        "the schema is at version \(version), this program needs \(known): run rosterd migrate"
      case .incompatible(let compatibleFrom, let known):
        "the schema serves programs from version \(compatibleFrom) on, this one is \(known): "
          + "upgrade it"
      }
    }
  }

  /// Why a server must not start on this schema; nil: it may. A schema that is newer is fine as
  /// long as it says so.
  package static func refusal(
    _ row: FindSchemaVersion.Row, known: Int = SchemaVersion.known
  ) -> Refusal? {
    let compatibleFrom = Int(row.compatibleFrom)
    guard compatibleFrom <= known else {
      return .incompatible(compatibleFrom: compatibleFrom, known: known)
    }
    guard Int(row.version) >= known else {
      return .behind(version: Int(row.version), known: known)
    }
    return nil
  }
}
