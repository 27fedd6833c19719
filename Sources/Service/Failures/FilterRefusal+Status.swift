import API
import Domain
import RPC

extension FilterRefusal {
  /// FILTER_INVALID, with what could stand instead.
  var status: Status {
    switch self {
    case .tooLong:
      invalid(
        "is over \(DataLimits.filterLengthMax) characters",
        ["limit": "\(DataLimits.filterLengthMax)"])
    case .tooDeep(let position):
      invalid(
        "has more than \(DataLimits.filterDepthMax) parentheses inside of each other", at: position,
        ["limit": "\(DataLimits.filterDepthMax)"])
    case .tooManyComparisons(let position):
      invalid(
        "has more than \(DataLimits.filterComparisonsMax) comparisons", at: position,
        ["limit": "\(DataLimits.filterComparisonsMax)"])
    case .unexpected(let position, let expected):
      invalid("has something else than \(expected.rawValue)", at: position)
    case .combinationUnsupported(let position):
      invalid(
        "combines what can't be: OR joins equalities of one field, NOT stands before a comparison, "
          + "and state = \"deleted\" stands alone", at: position)
    case .fieldUnknown(let path, let position, let allowed):
      invalid("has no field \(path.echoed)", at: position, path: path, allowed)
    case .operatorNotAllowed(let path, let position, let allowed):
      invalid("can't compare \(path.echoed) so", at: position, path: path, allowed)
    case .valueInvalid(let path, let position, let expected):
      invalid("has no such value of \(path.echoed)", at: position, path: path, expected)
    case .repeated(let path, let position):
      invalid("has two such conditions on \(path.echoed)", at: position, path: path, [])
    }
  }

  private func invalid(
    _ problem: String, at position: Int, path: String, _ allowed: [String]
  ) -> Status {
    var metadata = ["path": path.echoed]
    var hint = ""
    if !allowed.isEmpty {
      metadata["allowed"] = allowed.joined(separator: ",")
      hint = "; allowed: \(allowed.joined(separator: " "))"
    }
    return invalid(problem, at: position, metadata, hint)
  }

  private func invalid(
    _ problem: String, at position: Int? = nil, _ metadata: [String: String] = [:],
    _ hint: String = ""
  ) -> Status {
    var metadata = metadata
    var place = ""
    if let position {
      metadata["position"] = "\(position)"
      place = " at \(position)"
    }
    return .invalid(.filterInvalid, "filter", "filter \(problem)\(place)\(hint)", metadata)
  }
}

extension OrderRefusal {
  /// ORDER_BY_INVALID, with the fields that there are.
  var status: Status {
    switch self {
    case .malformed(let allowed):
      invalid("must be a field, asc or desc after it", allowed)
    case .fieldUnknown(let path, let allowed):
      invalid("has no field \(path.echoed)", allowed)
    case .tooManyFields(let allowed):
      invalid("takes one field; the id breaks ties", allowed)
    }
  }

  private func invalid(_ problem: String, _ allowed: [String]) -> Status {
    .invalid(
      .orderByInvalid, "order_by",
      "order_by \(problem); allowed: \(allowed.joined(separator: " "))",
      ["allowed": allowed.joined(separator: ",")])
  }
}
