/// Metadata to send, before the first message or after the last: a list, never a dictionary.
package struct ResponseMetadata: Sendable {
  struct Field: Hashable, Sendable {
    let name: [UInt8]
    let value: [UInt8]

    /// Size as of RFC 9113 §6.5.2, in octets.
    var byteSize: Int { name.count + value.count + 32 }
  }

  private(set) var fields: [Field] = []

  package init() {}

  package var isEmpty: Bool { fields.isEmpty }

  /// Adds a text of printable ASCII; spaces around it are not sent (RFC 9113 §8.2.1).
  ///
  /// A name that is not `[0-9a-z_.-]+`, belongs to the protocol or ends in `-bin`, and a value
  /// with other characters are left out, for they would break the answer: false then.
  @discardableResult
  package mutating func add(_ name: String, _ value: String) -> Bool {
    add(name, value.utf8)
  }

  /// Adds a text of printable ASCII that came as bytes.
  @discardableResult
  package mutating func add(_ name: String, _ value: some Collection<UInt8>) -> Bool {
    let name = Array(name.utf8)
    guard MetadataName.isValid(name), !MetadataName.isReserved(name),
      !MetadataName.isBinary(name), value.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return false }
    var text = Array(value)[...]
    while text.first == 0x20 { text.removeFirst() }
    while text.last == 0x20 { text.removeLast() }
    fields.append(Field(name: name, value: Array(text)))
    return true
  }

  /// Adds bytes under a name that ends in `-bin`; they travel in base64 without padding.
  @discardableResult
  package mutating func add(binary name: String, _ value: some Collection<UInt8>) -> Bool {
    let name = Array(name.utf8)
    guard MetadataName.isValid(name), !MetadataName.isReserved(name), MetadataName.isBinary(name)
    else { return false }
    fields.append(Field(name: name, value: Base64.encode(value)))
    return true
  }
}
