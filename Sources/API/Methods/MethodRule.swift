package import RPC

/// The `roster.v1.rule` of a method; `proto/roster/v1/options.proto` has the meanings.
package struct MethodRule: Equatable, Sendable {
  /// `resource.verb`.
  package let permission: String
  package let scope: Scope
  package let admissionClass: AdmissionClass
  package let traits: Traits
  /// In bytes, of a request; nil takes the server's limit.
  package let messageSizeMax: Int?
  /// Nil takes that of the class.
  package let deadlineMax: Duration?

  package enum Scope: Sendable {
    case installation, organization, caller
  }

  package struct Traits: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let hot = Traits(rawValue: 1)
    package static let idempotent = Traits(rawValue: 2)
    package static let narrowing = Traits(rawValue: 4)
    package static let writes = Traits(rawValue: 8)
    package static let answersSecret = Traits(rawValue: 16)
    package static let scoped = Traits(rawValue: 32)
  }

  package init(
    permission: String, scope: Scope, admissionClass: AdmissionClass, traits: Traits,
    messageSizeMax: Int? = nil, deadlineMax: Duration? = nil
  ) {
    self.permission = permission
    self.scope = scope
    self.admissionClass = admissionClass
    self.traits = traits
    self.messageSizeMax = messageSizeMax
    self.deadlineMax = deadlineMax
  }
}
