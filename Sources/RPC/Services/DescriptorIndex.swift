/// A FileDescriptorSet (google/protobuf/descriptor.proto), by file, symbol and extension.
struct DescriptorIndex: Sendable {
  struct File: Sendable {
    var name = ""
    var package = ""
    var dependencies: [String] = []
    let bytes: [UInt8]
  }

  struct ExtensionKey: Hashable, Sendable {
    let type: String
    let number: UInt64
  }

  private(set) var files: [File] = []
  private(set) var services: [String] = []
  private var filesByName: [String: Int] = [:]
  private var filesBySymbol: [String: Int] = [:]
  private var filesByExtension: [ExtensionKey: Int] = [:]
  private var numbersByType: [String: [UInt64]] = [:]

  private static let nestingMax = 64

  init(_ descriptorSet: [UInt8]) throws(WireReader.Malformed) {
    var reader = WireReader(descriptorSet)
    while let field = try reader.next() {
      guard field.number == 1, let content = field.value.content else { continue }
      try add(content)
    }
  }

  func file(named name: String) -> Int? { filesByName[name] }
  func file(containing symbol: String) -> Int? { filesBySymbol[symbol] }
  func file(extending key: ExtensionKey) -> Int? { filesByExtension[key] }

  /// The field numbers of a message's extensions; nil for a name that is no message.
  func extensionNumbers(of type: String) -> [UInt64]? {
    numbersByType[type].map { $0.sorted() } ?? (filesBySymbol[type] == nil ? nil : [])
  }

  // Field numbers below are those of descriptor.proto.

  private mutating func add(_ content: ArraySlice<UInt8>) throws(WireReader.Malformed) {
    let index = files.count
    var file = File(bytes: Array(content))
    var reader = WireReader(content)
    while let field = try reader.next() {
      switch field.number {
      case 1: file.name = field.value.text ?? ""
      case 2: file.package = field.value.text ?? ""
      case 3: file.dependencies.append(field.value.text ?? "")
      default: break
      }
    }
    files.append(file)
    filesByName[file.name] = index
    reader = WireReader(content)
    while let field = try reader.next() {
      guard let content = field.value.content else { continue }
      switch field.number {
      case 4: try addMessage(content, in: file.package, index, depth: 0)
      case 5: try addEnum(content, in: file.package, index)
      case 6: try addService(content, in: file.package, index)
      case 7: try addField(content, in: file.package, index)
      default: break
      }
    }
  }

  private mutating func addMessage(
    _ content: ArraySlice<UInt8>, in scope: String, _ file: Int, depth: Int
  ) throws(WireReader.Malformed) {
    guard depth < Self.nestingMax else { throw WireReader.Malformed() }
    let name = try addSymbol(content, in: scope, file)
    var reader = WireReader(content)
    while let field = try reader.next() {
      guard let content = field.value.content else { continue }
      switch field.number {
      case 2, 6: try addField(content, in: name, file)
      case 3: try addMessage(content, in: name, file, depth: depth + 1)
      case 4: try addEnum(content, in: name, file)
      case 8: _ = try addSymbol(content, in: name, file)
      default: break
      }
    }
  }

  /// A value of an enum is a sibling of its enum, not a child.
  private mutating func addEnum(
    _ content: ArraySlice<UInt8>, in scope: String, _ file: Int
  ) throws(WireReader.Malformed) {
    _ = try addSymbol(content, in: scope, file)
    var reader = WireReader(content)
    while let field = try reader.next() {
      if field.number == 2, let value = field.value.content {
        _ = try addSymbol(value, in: scope, file)
      }
    }
  }

  private mutating func addService(
    _ content: ArraySlice<UInt8>, in scope: String, _ file: Int
  ) throws(WireReader.Malformed) {
    let name = try addSymbol(content, in: scope, file)
    services.append(name)
    var reader = WireReader(content)
    while let field = try reader.next() {
      if field.number == 2, let method = field.value.content {
        _ = try addSymbol(method, in: name, file)
      }
    }
  }

  /// A field, or an extension: that one has an extendee.
  private mutating func addField(
    _ content: ArraySlice<UInt8>, in scope: String, _ file: Int
  ) throws(WireReader.Malformed) {
    _ = try addSymbol(content, in: scope, file)
    var extendee: String?
    var number: UInt64 = 0
    var reader = WireReader(content)
    while let field = try reader.next() {
      if field.number == 2 { extendee = field.value.text }
      if field.number == 3 { number = field.value.number ?? 0 }
    }
    guard let extendee else { return }
    let type = extendee.hasPrefix(".") ? String(extendee.dropFirst()) : extendee
    filesByExtension[ExtensionKey(type: type, number: number)] = file
    numbersByType[type, default: []].append(number)
  }

  /// Every kind of descriptor has its name in field 1.
  private mutating func addSymbol(
    _ content: ArraySlice<UInt8>, in scope: String, _ file: Int
  ) throws(WireReader.Malformed) -> String {
    var name = ""
    var reader = WireReader(content)
    while let field = try reader.next() {
      if field.number == 1 { name = field.value.text ?? "" }
    }
    let fullName = scope.isEmpty ? name : "\(scope).\(name)"
    filesBySymbol[fullName] = file
    return fullName
  }
}
