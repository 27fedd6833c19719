import API
import Domain
import RPC

extension RequestFault {
  /// INVALID_ARGUMENT, with the field in BadRequest.
  var status: Status {
    switch self {
    case .over(let limit, let field): limit.status(field)
    case .required(let field):
      .invalid(.fieldRequired, field, "\(field) is required")
    case .requiredByOrganization(let field):
      .invalid(
        .fieldRequiredByOrganization, field, "the organization requires \(field) of every user")
    case .invalid(let field, let because):
      .invalid(.fieldInvalid, field, "\(field) \(because)")
    case .idInvalid(let field):
      .invalid(.idInvalid, field, "\(field) must be a UUID in canonical lower-case text")
    case .requestIDInvalid:
      .invalid(
        .requestIDInvalid, "request_id", "request_id must be a UUID in canonical lower-case text")
    case .emailInvalid(let field):
      .invalid(.emailInvalid, field, "\(field) is not an e-mail address")
    case .emailUnsupported(let field):
      .invalid(
        .emailUnsupported, field, "\(field) has characters before the @ that are not ASCII")
    case .slugInvalid:
      .invalid(
        .slugInvalid, "slug",
        "slug must be 2 to 63 of a-z, 0-9 and -, with a letter or digit at both ends")
    case .methodPatternInvalid(let pattern):
      .invalid(
        .methodPatternInvalid, "methods",
        "\(pattern.echoed) is not package.Service/Method, package.Service/* or * of this server",
        ["pattern": pattern.echoed])
    case .roleKeyInvalid:
      .invalid(
        .roleKeyInvalid, "key",
        "key must be 1 to \(RoleKey.bytesMax) of a-z, 0-9, _ and -, with a letter first")
    case .permissionUnknown(let permission, let field):
      .invalid(
        .permissionUnknown, field,
        "\(permission.echoed) is not in the installation's catalogue, or retired",
        ["permission": permission.echoed])
    case .scopeNotAllowed(let right, let field):
      .invalid(
        .scopeNotAllowed, field,
        "no role can hold \(right.permission.text) in the scope \(right.scope.rawValue)",
        ["permission": right.permission.text, "scope": right.scope.rawValue])
    case .timeInvalid(let field, let because):
      .invalid(.timeInvalid, field, "\(field) \(because)")
    case .maskPathUnknown(let path):
      .invalid(
        .fieldMaskInvalid, "update_mask",
        "update_mask names \(path.echoed), which is no field", ["path": path.echoed])
    case .maskPathNotWritable(let path):
      .invalid(
        .fieldNotWritable, "update_mask",
        "update_mask names \(path), which no update writes", ["path": path])
    case .pageSizeInvalid:
      .invalid(.pageSizeInvalid, "page_size", "page_size must not be negative")
    case .pageTokenInvalid:
      .invalid(
        .pageTokenInvalid, "page_token",
        "page_token is none of ours or older than 24 hours: begin with the first page")
    case .pageTokenMismatch:
      .invalid(
        .pageTokenMismatch, "page_token",
        "page_token belongs to another caller or to a list with other arguments")
    case .filterInvalid(let refusal): refusal.status
    case .orderInvalid(let refusal): refusal.status
    case .searchTooShort:
      .invalid(
        .searchTooShort, "search",
        "search needs \(DataLimits.searchRunMin) letters or digits in a row",
        ["limit": "\(DataLimits.searchRunMin)"])
    }
  }
}

extension RequestFault.Limit {
  fileprivate func status(_ field: String) -> Status {
    switch self {
    case .nameCodePoints(let limit): over(.nameTooLong, field, limit, "code points")
    case .emailBytes(let limit): over(.emailTooLong, field, limit, "bytes")
    case .attributeCount(let limit): over(.attributesTooMany, field, limit, "keys")
    case .attributeBytes(let limit): over(.attributesTooLarge, field, limit, "bytes of JSON")
    case .batchItems(let limit): over(.batchTooLarge, field, limit, "items")
    case .listItems(let limit): over(.listTooLong, field, limit, "items")
    case .textCodePoints(let limit): over(.textTooLong, field, limit, "code points")
    case .textBytes(let limit): over(.textTooLong, field, limit, "bytes")
    case .passwordBytes(let limit): over(.passwordTooLong, field, limit, "bytes")
    case .passwordCodePoints(let limit):
      .invalid(
        .passwordTooShort, field, "\(field) must have at least \(limit) characters",
        ["limit": "\(limit)"])
    }
  }

  private func over(
    _ reason: ErrorReason, _ field: String, _ limit: Int, _ unit: String
  ) -> Status {
    .invalid(reason, field, "\(field) has more than \(limit) \(unit)", ["limit": "\(limit)"])
  }
}

extension Status {
  static func invalid(
    _ reason: ErrorReason, _ field: String, _ message: String, _ metadata: [String: String] = [:]
  ) -> Status {
    .invalidArgument(
      reason: reason.text, field: field, message,
      metadata: metadata.merging(["field": field]) { own, _ in own })
  }
}
