internal import CSchema

/// One numbered change of the schema, as it is embedded in the binary.
package struct Migration: Sendable {
  /// 1, 2, …, without gaps.
  package let version: Int
  /// The file's name without `.sql`.
  package let name: String
  package let text: String
  /// The oldest program that may serve after it; nil: as before it.
  package let compatibleFrom: Int?
  /// Runs alone, outside a transaction: one statement, which finds nothing to do the second time.
  package let isOutsideTransaction: Bool

  /// Every migration this program knows, in order.
  package static let all: [Migration] = (0..<cschema_migration_count()).compactMap { index in
    guard let name = cschema_migration_name(index), let text = cschema_migration_text(index) else {
      return nil
    }
    return Migration(
      version: index + 1, name: String(cString: name), text: String(cString: text))
  }

  /// docker/roles.sql, which a superuser runs once for each cluster.
  package static let roles = String(cString: cschema_roles_text())

  /// docker/permissions.json, the permissions of a product to begin with.
  package static let permissions = String(cString: cschema_permissions_text())

  /// Reads the `-- key: value` lines among the comments that begin the text.
  package init(version: Int, name: String, text: String) {
    self.version = version
    self.name = name
    self.text = text
    var compatibleFrom: Int?
    var isOutsideTransaction = false
    for line in text.split(separator: "\n").prefix(while: { $0.hasPrefix("--") }) {
      if line.hasPrefix("-- compatible-from: ") { compatibleFrom = Int(line.dropFirst(20)) }
      if line == "-- transaction: none" { isOutsideTransaction = true }
    }
    self.compatibleFrom = compatibleFrom
    self.isOutsideTransaction = isOutsideTransaction
  }
}
