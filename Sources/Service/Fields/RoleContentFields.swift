import API
import Domain
import Postgres
import Store

/// The fields of a role as a request writes them: checked where no database is needed; the rights
/// on their way to the catalogue, the name to NFC.
struct RoleContentFields {
  private let fields: Set<RoleField>
  private let description: Description
  private let rank: Int
  private let rights: [Right]
  private var names: NameTexts
  private var catalogue: Pending<ListPermissions>?

  /// Of one role: every permission in every scope.
  private static let rightsMax = Permission.countMax * PermissionScope.allCases.count

  /// - Parameter fields: those the request writes; nothing is asked of the others.
  init(_ role: Roster_V1_RoleFields, fields: Set<RoleField>) throws(ServiceFailure) {
    self.fields = fields
    description =
      fields.contains(.description)
      ? try readDescription(role.description_p, field: "role.description") : .empty
    rank = Int(role.rank)
    rights = fields.contains(.rights) ? try Self.rights(role.rights) : []
    names = try NameTexts([("role.name", fields.contains(.name) ? role.name : "")])
  }

  /// Adds to flush 1 what NFC and the rights need.
  mutating func ask(_ batch: inout Batch) {
    names.ask(&batch)
    if !rights.isEmpty { catalogue = batch.add(ListPermissions()) }
  }

  /// The fields as a role's content.
  /// - Parameter before: has what isn't written, and the rights that may stay whatever the
  ///   catalogue says now.
  func content(
    _ mutation: borrowing Mutation, over before: Role.Content? = nil
  ) throws(ServiceFailure) -> Role.Content {
    var content =
      before
      ?? Role.Content(name: .empty, description: .empty, rank: 0, rights: Rights())
    if fields.contains(.name) { content.name = try names.names(mutation)[0] }
    if fields.contains(.description) { content.description = description }
    if fields.contains(.rank) { content.rank = rank }
    if fields.contains(.rights) {
      try check(mutation, except: content.rights)
      content.rights = Rights(rights)
    }
    return content
  }

  private func check(
    _ mutation: borrowing Mutation, except held: Rights
  ) throws(ServiceFailure) {
    guard let catalogue else { return }
    let scopes = Dictionary(
      try mutation.rows(catalogue).filter { !$0.isRetired }.map { ($0.name, $0.scopes) },
      uniquingKeysWith: { first, _ in first })
    for (index, right) in rights.enumerated()
    where held.scopes[right.permission]?.contains(right.scope) != true {
      guard let allowed = scopes[right.permission] else {
        throw .fault(
          .permissionUnknown(right.permission.text, field: "role.rights[\(index)].permission"))
      }
      guard allowed.contains(right.scope) else {
        throw .fault(.scopeNotAllowed(right, field: "role.rights[\(index)].scope"))
      }
    }
  }

  private static func rights(_ protos: [Roster_V1_Right]) throws(ServiceFailure) -> [Right] {
    guard protos.count <= rightsMax else {
      throw .fault(.over(.listItems(rightsMax), field: "role.rights"))
    }
    var rights: [Right] = []
    for (index, proto) in protos.enumerated() {
      let field = "role.rights[\(index)]"
      guard !proto.permission.isEmpty else {
        throw .fault(.required(field: "\(field).permission"))
      }
      guard let permission = PermissionName(proto.permission) else {
        throw .fault(.permissionUnknown(proto.permission, field: "\(field).permission"))
      }
      rights.append(
        Right(permission, try PermissionScope(proto.scope, field: "\(field).scope")))
    }
    return rights
  }
}

/// A field of a role that callers write; the raw value is its path.
enum RoleField: String, CaseIterable {
  case name, description, rank, rights
}
