import RPC

/// `google.rpc.Status` read back, for what tests look at.
struct StatusReading {
  private(set) var code: UInt64 = 0
  private(set) var message = ""
  private(set) var details: [(typeURL: String, bytes: [UInt8])] = []
  private(set) var reason: String?
  private(set) var domain: String?

  init?(_ bytes: [UInt8]) {
    var reader = WireReader(bytes)
    while let field = try? reader.next() {
      switch field.number {
      case 1: code = field.value.number ?? 0
      case 2: message = field.value.text ?? ""
      case 3: add(field.value.content ?? [])
      default: return nil
      }
    }
  }

  private mutating func add(_ any: ArraySlice<UInt8>) {
    var typeURL = ""
    var content: ArraySlice<UInt8> = []
    var reader = WireReader(any)
    while let field = try? reader.next() {
      if field.number == 1 { typeURL = field.value.text ?? "" }
      if field.number == 2 { content = field.value.content ?? [] }
    }
    details.append((typeURL, Array(content)))
    guard typeURL.hasSuffix("google.rpc.ErrorInfo") else { return }
    reader = WireReader(content)
    while let field = try? reader.next() {
      if field.number == 1 { reason = field.value.text }
      if field.number == 2 { domain = field.value.text }
    }
  }
}
