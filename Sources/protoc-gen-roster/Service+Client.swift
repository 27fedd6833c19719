import SwiftProtobufPluginLibrary

extension Service {
  func printClient(to printer: inout CodePrinter) {
    printer.print("", "/// Calls `\(fullName)` over a channel.")
    printer.print("package struct \(name)Client<Channel: ClientChannel>: Sendable {")
    printer.withIndentation { printer in
      printer.print("package let channel: Channel", "")
      printer.print("package init(_ channel: Channel) {")
      printer.printIndented("self.channel = channel")
      printer.print("}")
      for method in methods { method.printStub(of: self, to: &printer) }
    }
    printer.print("}")
  }
}

extension Method {
  fileprivate func printStub(of service: Service, to printer: inout CodePrinter) {
    let descriptor = "\(service.name)Methods.\(swiftName)"
    printer.print("")
    printer.print(comments, newlines: false)
    printer.print("package func \(swiftName)(")
    switch kind {
    case .unary:
      printer.printIndented("_ request: \(request), _ options: CallOptions = CallOptions()")
      printer.print(") async throws(Status) -> \(response) {")
      printer.printIndented("try await channel.unary(\(descriptor), request, options)")
    case .serverStreaming:
      printer.printIndented("_ request: \(request), _ options: CallOptions = CallOptions()")
      printer.print(") async throws(Status) -> TypedCall<\(request), \(response), Channel.Call> {")
      printer.printIndented("try await channel.stream(\(descriptor), request, options)")
    case .clientStreaming, .bidirectional:
      printer.printIndented("_ options: CallOptions = CallOptions()")
      printer.print(") async throws(Status) -> TypedCall<\(request), \(response), Channel.Call> {")
      printer.printIndented("try await channel.stream(\(descriptor), options)")
    }
    printer.print("}")
  }
}
