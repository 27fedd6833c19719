import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// A service with the names that its Swift has.
struct Service {
  let name: String
  let fullName: String
  /// `///` lines, newline-terminated.
  let comments: String
  let methods: [Method]

  init(_ descriptor: ServiceDescriptor) throws {
    name = descriptor.name
    fullName = descriptor.fullName
    comments = descriptor.protoSourceComments()
    methods = try descriptor.methods.map(Method.init)
  }
}

/// A method, its rule checked.
struct Method {
  let name: String
  /// Lower camel case.
  let swiftName: String
  let comments: String
  let kind: Kind
  let request: String
  let response: String
  /// `idempotency_level` NO_SIDE_EFFECTS: Connect may call it by GET.
  let hasNoSideEffects: Bool
  /// Nil outside `roster.v1`.
  let rule: Roster_V1_MethodRule?

  enum Kind: String {
    case unary, clientStreaming, serverStreaming, bidirectional
  }

  init(_ descriptor: MethodDescriptor) throws {
    let namer = SwiftProtobufNamer()
    name = descriptor.name
    swiftName = NamingUtils.toLowerCamelCase(descriptor.name)
    comments = descriptor.protoSourceComments()
    request = namer.fullName(message: descriptor.inputType)
    response = namer.fullName(message: descriptor.outputType)
    hasNoSideEffects = descriptor.options.idempotencyLevel == .noSideEffects
    rule = try checkedRule(of: descriptor)
    kind =
      switch (descriptor.clientStreaming, descriptor.serverStreaming) {
      case (false, false): .unary
      case (true, false): .clientStreaming
      case (false, true): .serverStreaming
      case (true, true): .bidirectional
      }
  }

  /// The request names its organization in `organization_id`.
  var isOrganizationScoped: Bool { rule?.scope == .organization }
}
