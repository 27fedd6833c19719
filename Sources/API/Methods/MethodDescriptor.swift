package import RPC

/// What the proto says about one method. One instance a method: compared by identity.
package final class MethodDescriptor: Sendable {
  /// With its package: `roster.v1.UserService`.
  package let service: String
  /// `GetUser`.
  package let name: String
  /// As on the wire: `/roster.v1.UserService/GetUser`.
  package let path: String
  package let kind: CallKind
  /// `idempotency_level` NO_SIDE_EFFECTS: Connect may call it by GET.
  package let hasNoSideEffects: Bool
  /// Nil outside `roster.v1`.
  package let rule: MethodRule?

  package init(
    service: String, name: String, kind: CallKind, hasNoSideEffects: Bool = false,
    rule: MethodRule? = nil
  ) {
    self.service = service
    self.name = name
    path = "/\(service)/\(name)"
    self.kind = kind
    self.hasNoSideEffects = hasNoSideEffects
    self.rule = rule
  }

  /// As service tokens and idempotency keys spell it: `roster.v1.UserService/GetUser`.
  package var fullName: String { "\(service)/\(name)" }

  /// Outside `roster.v1`, where nobody said who gives way, nobody does.
  package var admissionClass: AdmissionClass { rule?.admissionClass ?? .check }

  /// Every generated method has both codecs.
  var traits: RPC.Method.Traits {
    hasNoSideEffects ? [.takesJSON, .hasNoSideEffects] : .takesJSON
  }

  /// What its rule says of messages and deadlines. Calls of one answer end some time, whatever
  /// their callers say; streams last as long as these want, unless the rule knows better.
  package var options: RPC.MethodOptions {
    var options = RPC.MethodOptions()
    guard let rule else { return options }
    options.messageSizeMax = rule.messageSizeMax
    options.deadlineMax =
      rule.deadlineMax ?? (kind.hasSingleResponse ? rule.admissionClass.deadlineMax : nil)
    options.answersSecret = rule.traits.contains(.answersSecret)
    return options
  }

  /// May start as soon as its bytes arrive.
  package var isHot: Bool { rule?.traits.contains(.hot) ?? true }
}

extension AdmissionClass {
  /// The longest a unary call of the class may take.
  package var deadlineMax: Duration {
    switch self {
    case .check: .seconds(5)
    case .lookup: .seconds(10)
    case .write: .seconds(30)
    case .bulk: .seconds(120)
    }
  }
}
