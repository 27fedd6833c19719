/// `grpc.reflection.v1.ServerReflection`, and the same under its older name `v1alpha`, which
/// grpcurl before 1.9 and many tools still ask for.
package struct ReflectionService: Sendable {
  package static let names = [
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
  ]

  private let index: DescriptorIndex
  private let services: [String]

  /// - Parameters:
  ///   - descriptorSet: a FileDescriptorSet with everything it imports
  ///     (`protoc --descriptor_set_out --include_imports`).
  ///   - services: those that are served, by full name; nil for all of the set.
  /// - Throws: when the set is no protobuf.
  package init(
    descriptorSet: [UInt8], services: [String]? = nil
  ) throws(WireReader.Malformed) {
    index = try DescriptorIndex(descriptorSet)
    self.services = (services ?? index.services).sorted()
  }

  package var methods: [Method] {
    Self.names.map { name in
      Method(
        path: "/\(name)/ServerReflectionInfo", kind: .bidirectional,
        body: .streaming { call async throws(Status) in try await answer(call) })
    }
  }

  /// Answers one request after another; what is not found is said in the stream, which goes on.
  private func answer(_ call: ServerCall) async throws(Status) {
    var sent: Set<Int> = []
    while let message = try await call.nextMessage() {
      let bytes = try message.bytes
      guard let request = Request(bytes) else {
        throw .requestUnreadable("grpc.reflection.v1.ServerReflectionRequest")
      }
      var writer = WireWriter()
      writer.field(1, request.host)
      writer.field(2, bytes: bytes)
      write(request.question, to: &writer, sent: &sent)
      try await call.send(ResponseMessage(writer.bytes))
    }
  }

  private func write(
    _ question: Request.Question, to writer: inout WireWriter, sent: inout Set<Int>
  ) {
    switch question {
    case .file(let name):
      write(index.file(named: name), "file \(name)", to: &writer, sent: &sent)
    case .symbol(let symbol):
      write(index.file(containing: symbol), "symbol \(symbol)", to: &writer, sent: &sent)
    case .fieldExtension(let key):
      write(
        index.file(extending: key), "extension \(key.number) of \(key.type)", to: &writer,
        sent: &sent)
    case .extensionNumbers(let type):
      guard let numbers = index.extensionNumbers(of: type) else {
        writeNotFound("type \(type)", to: &writer)
        return
      }
      writer.field(5) { response in
        response.field(1, type)
        for number in numbers { response.field(2, number) }
      }
    case .services:
      writer.field(6) { response in
        for service in services { response.field(1) { $0.field(1, service) } }
      }
    case .none:
      writeError(.invalidArgument, "the request asks nothing", to: &writer)
    }
  }

  /// The file, always, and those it imports that were not sent on this stream before.
  private func write(
    _ file: Int?, _ subject: String, to writer: inout WireWriter, sent: inout Set<Int>
  ) {
    guard let file else {
      writeNotFound(subject, to: &writer)
      return
    }
    sent.insert(file)
    var queue = [file]
    var next = 0
    while next < queue.count {
      for name in index.files[queue[next]].dependencies {
        guard let dependency = index.file(named: name) else { continue }
        if sent.insert(dependency).inserted { queue.append(dependency) }
      }
      next += 1
    }
    writer.field(4) { response in
      for file in queue { response.field(1, bytes: index.files[file].bytes) }
    }
  }

  private func writeNotFound(_ subject: String, to writer: inout WireWriter) {
    writeError(.notFound, "\(subject) not found", to: &writer)
  }

  private func writeError(_ code: StatusCode, _ message: String, to writer: inout WireWriter) {
    writer.field(7) { error in
      error.field(1, UInt64(code.rawValue))
      error.field(2, message)
    }
  }
}

extension ReflectionService {
  /// `ServerReflectionRequest`.
  fileprivate struct Request {
    enum Question {
      case file(String)
      case symbol(String)
      case fieldExtension(DescriptorIndex.ExtensionKey)
      case extensionNumbers(String)
      case services
      case none
    }

    private(set) var host = ""
    private(set) var question = Question.none

    init?(_ bytes: [UInt8]) {
      var reader = WireReader(bytes)
      do throws(WireReader.Malformed) {
        while let field = try reader.next() { try take(field) }
      } catch {
        return nil
      }
    }

    private mutating func take(_ field: WireReader.Field) throws(WireReader.Malformed) {
      guard (1...7).contains(field.number), field.number != 2 else { return }
      if field.number == 5 {
        question = .fieldExtension(try Self.key(field.value))
        return
      }
      guard let text = field.value.text else { throw WireReader.Malformed() }
      switch field.number {
      case 1: host = text
      case 3: question = .file(text)
      case 4: question = .symbol(text)
      case 6: question = .extensionNumbers(text)
      default: question = .services
      }
    }

    private static func key(
      _ value: WireReader.Value
    ) throws(WireReader.Malformed) -> DescriptorIndex.ExtensionKey {
      guard let content = value.content else { throw WireReader.Malformed() }
      var type = ""
      var number: UInt64 = 0
      var reader = WireReader(content)
      while let field = try reader.next() {
        if field.number == 1 { type = field.value.text ?? "" }
        if field.number == 2 { number = field.value.number ?? 0 }
      }
      return DescriptorIndex.ExtensionKey(type: type, number: number)
    }
  }
}
