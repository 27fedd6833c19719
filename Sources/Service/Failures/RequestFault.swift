import API
package import Domain

/// Why a request can never succeed, with the field as a path of the proto.
package enum RequestFault: Hashable, Sendable {
  case required(field: String)
  case requiredByOrganization(field: String)
  /// - Parameter because: completes "user.locale …".
  case invalid(field: String, because: String)
  case idInvalid(field: String)
  case requestIDInvalid
  case emailInvalid(field: String)
  case emailUnsupported(field: String)
  case slugInvalid
  case methodPatternInvalid(String)
  case roleKeyInvalid
  case permissionUnknown(String, field: String)
  case scopeNotAllowed(Right, field: String)
  case timeInvalid(field: String, because: String)
  case maskPathUnknown(String)
  case maskPathNotWritable(String)
  case pageSizeInvalid
  case pageTokenInvalid
  case pageTokenMismatch
  case filterInvalid(FilterRefusal)
  case orderInvalid(OrderRefusal)
  case searchTooShort
  /// A limit of the data.
  case over(Limit, field: String)

  /// The limits of the data, each with its reason.
  package enum Limit: Hashable, Sendable {
    case nameCodePoints(Int)
    case emailBytes(Int)
    case attributeCount(Int)
    case attributeBytes(Int)
    case batchItems(Int)
    case listItems(Int)
    case textCodePoints(Int)
    case textBytes(Int)
    case passwordBytes(Int)
    /// The one that is a least.
    case passwordCodePoints(Int)
  }
}
