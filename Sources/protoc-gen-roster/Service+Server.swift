import SwiftProtobufPluginLibrary

extension Service {
  func printDescriptors(to printer: inout CodePrinter) {
    printer.print("", "/// The methods of `\(fullName)`.", "package enum \(name)Methods {")
    printer.withIndentation { printer in
      for method in methods {
        printer.print("package static let \(method.swiftName) = MethodDescriptor(")
        printer.withIndentation { printer in
          let end = method.rule == nil ? ")" : ","
          printer.print("service: \"\(fullName)\", name: \"\(method.name)\",", newlines: false)
          if method.hasNoSideEffects {
            printer.print(" kind: .\(method.kind.rawValue),")
            printer.print("hasNoSideEffects: true\(end)")
          } else {
            printer.print(" kind: .\(method.kind.rawValue)\(end)")
          }
          if let rule = method.rule { rule.print(to: &printer) }
        }
      }
      printer.print("", "/// In the order of the proto.")
      printer.print("package static let all: [MethodDescriptor] = [")
      for method in methods { printer.printIndented("\(method.swiftName),") }
      printer.print("]")
    }
    printer.print("}")
  }

  func printServer(to printer: inout CodePrinter) {
    printer.print("")
    printer.print(comments, newlines: false)
    printer.print("package protocol \(name)Server: Sendable {")
    printer.withIndentation { printer in
      printer.print("associatedtype Caller")
      printer.print("associatedtype Failure: CallFailure")
      for method in methods {
        printer.print("")
        printer.print(method.comments, newlines: false)
        printer.print("func \(method.swiftName)(\(method.serverParameters))")
        let result = method.kind.hasSingleResponse ? " -> \(method.response)" : ""
        printer.printIndented("async throws(Failure)\(result)")
        if method.canAnswerAtOnce { method.printImmediate(to: &printer) }
      }
    }
    printer.print("}")
    printDefaults(to: &printer)
  }

  /// Most handlers have to wait for something.
  private func printDefaults(to printer: inout CodePrinter) {
    let immediate = methods.filter(\.canAnswerAtOnce)
    guard !immediate.isEmpty else { return }
    printer.print("", "extension \(name)Server {")
    for method in immediate {
      printer.printIndented("package var \(method.immediateDeclaration) { nil }")
    }
    printer.print("}")
  }

  func printMethods(to printer: inout CodePrinter) {
    printer.print("", "extension \(name)Server {")
    printer.withIndentation { printer in
      printer.print("/// Entries for the router. Every call passes `admission` first.")
      printer.print("package func methods(")
      printer.printIndented("admission: some CallAdmission<Caller, Failure>")
      printer.print(") -> [RPC.Method] {")
      printer.withIndentation { printer in
        printer.print("[")
        for method in methods { printer.withIndentation { method.printEntry(of: self, to: &$0) } }
        printer.print("]")
      }
      printer.print("}")
    }
    printer.print("}")
  }
}

extension Method.Kind {
  var hasSingleRequest: Bool { self == .unary || self == .serverStreaming }
  var hasSingleResponse: Bool { self == .unary || self == .clientStreaming }
}

extension Method {
  /// Whether the proto says that its answer may come from memory.
  fileprivate var canAnswerAtOnce: Bool { kind == .unary && rule?.hot ?? true }

  fileprivate var immediateDeclaration: String {
    "\(swiftName)AtOnce: (@Sendable (_ request: \(request), _ caller: Caller) -> \(response)?)?"
  }

  fileprivate func printImmediate(to printer: inout CodePrinter) {
    printer.print("")
    printer.print(
      "/// Answers ``\(swiftName)(_:for:)`` from memory, without a task; nil for a call that")
    printer.print("/// takes a wait or fails.")
    printer.print("var \(immediateDeclaration) { get }")
  }

  fileprivate var serverParameters: String {
    var parameters = [
      kind.hasSingleRequest ? "_ request: \(request)" : "_ requests: RequestStream<\(request)>"
    ]
    if !kind.hasSingleResponse { parameters.append("_ responses: ResponseStream<\(response)>") }
    return (parameters + ["for caller: Caller"]).joined(separator: ", ")
  }

  /// One element of the array that `methods(admission:)` returns.
  fileprivate func printEntry(of service: Service, to printer: inout CodePrinter) {
    let organization = isOrganizationScoped ? "{ $0.organizationID }" : "nil"
    printer.print(".\(kind.rawValue)(")
    printer.withIndentation { printer in
      printer.print("\(service.name)Methods.\(swiftName), admission,")
      if kind.hasSingleRequest { printer.print("organizationID: \(organization),") }
      if canAnswerAtOnce { printer.print("immediate: \(swiftName)AtOnce,") }
      let messages =
        (kind.hasSingleRequest ? ["request"] : ["requests"])
        + (kind.hasSingleResponse ? [] : ["responses"])
      let types =
        (kind.hasSingleRequest ? [request] : ["RequestStream<\(request)>"])
        + (kind.hasSingleResponse ? [] : ["ResponseStream<\(response)>"])
      let parameters = zip(messages, types).map { "\($0): \($1)" } + ["caller: Caller"]
      let result = kind.hasSingleResponse ? " -> \(response)" : ""
      printer.print("body: {")
      printer.withIndentation { printer in
        printer.print("(\(parameters.joined(separator: ", ")))")
        printer.print("async throws(Failure)\(result) in")
        let arguments = (messages + ["for: caller"]).joined(separator: ", ")
        printer.print("try await \(swiftName)(\(arguments))")
      }
      printer.print("}),")
    }
  }
}

extension Roster_V1_MethodRule {
  fileprivate func print(to printer: inout CodePrinter) {
    printer.print("rule: MethodRule(")
    printer.withIndentation { printer in
      printer.print("permission: \"\(permission)\", scope: .\(scope),")
      let flags = [
        ("hot", hot), ("idempotent", idempotent), ("narrowing", narrowing), ("writes", writes),
        ("answersSecret", answersSecret), ("scoped", scoped),
      ]
      let traits = flags.filter(\.1).map { ".\($0.0)" }.joined(separator: ", ")
      var limits = ""
      if messageSizeMax > 0 { limits += ", messageSizeMax: \(messageSizeMax)" }
      if deadlineMaxMs > 0 { limits += ", deadlineMax: .milliseconds(\(deadlineMaxMs))" }
      printer.print("admissionClass: .\(admissionClass), traits: [\(traits)]\(limits)))")
    }
  }
}
