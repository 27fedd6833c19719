/// The key file: `{"primary": 1, "keys": [{"id": 1, "secret": "<base64 of 32 bytes>"}]}`.
extension KeyRing {
  /// Why a key file is not taken; none of them shows a secret.
  package enum FileRefusal: Error, Hashable {
    /// errno of opening or reading it.
    case unreadable(CInt)
    case notRegular
    /// Group or others may read it, or another user owns it; 0600 is asked for.
    case exposed(mode: UInt32)
    /// More than ``KeyRing/fileByteCountMax`` bytes.
    case tooLarge
    /// Not the JSON described, at this byte.
    case malformed(offset: Int)
    case unknownField(String)
    case repeatedField(String)
    case missingField(String)
    case repeatedKey(UInt32)
    /// Two ids with one secret.
    case sharedSecret(UInt32)
    /// Not the canonical base64 of 32 bytes, or one byte 32 times.
    case badSecret(UInt32)
    case missingPrimary(UInt32)
    case tooManyKeys
    /// errno of creating it.
    case unwritable(CInt)
  }

  /// Sixteen keys take 2 KiB.
  package static let fileByteCountMax = 65_536

  /// Strict: a field it does not know, twice or missing is refused.
  package init(parsing file: [UInt8]) throws(FileRefusal) {
    guard file.count <= Self.fileByteCountMax else { throw .tooLarge }
    var scanner = KeyFileScanner(file)
    var primaryID: UInt32?
    var entries: [Entry]?
    try scanner.expect("{")
    repeat {
      let field = String(decoding: try scanner.string(), as: UTF8.self)
      try scanner.expect(":")
      switch field {
      case "primary":
        guard primaryID == nil else { throw .repeatedField(field) }
        primaryID = try scanner.number()
      case "keys":
        guard entries == nil else { throw .repeatedField(field) }
        entries = try Self.keys(&scanner)
      default: throw .unknownField(field)
      }
    } while scanner.take(",")
    try scanner.expect("}")
    try scanner.expectEnd()
    guard let primaryID else { throw .missingField("primary") }
    guard let entries else { throw .missingField("keys") }
    guard let primary = entries.first(where: { $0.id == primaryID }) else {
      throw .missingPrimary(primaryID)
    }
    self.init(primary: primary, others: entries.filter { $0.id != primaryID })
  }

  private static func keys(_ scanner: inout KeyFileScanner) throws(FileRefusal) -> [Entry] {
    var entries: [Entry] = []
    try scanner.expect("[")
    repeat {
      let entry = try key(&scanner)
      guard entries.count < keyCountMax else { throw .tooManyKeys }
      for other in entries {
        guard other.id != entry.id else { throw .repeatedKey(entry.id) }
        guard !ConstantTime.equal(other.secret.digest, entry.secret.digest) else {
          throw .sharedSecret(entry.id)
        }
      }
      entries.append(entry)
    } while scanner.take(",")
    try scanner.expect("]")
    return entries
  }

  private static func key(_ scanner: inout KeyFileScanner) throws(FileRefusal) -> Entry {
    var id: UInt32?
    var text: [UInt8]?
    try scanner.expect("{")
    repeat {
      let field = String(decoding: try scanner.string(), as: UTF8.self)
      try scanner.expect(":")
      switch field {
      case "id":
        guard id == nil else { throw .repeatedField(field) }
        id = try scanner.number()
      case "secret":
        guard text == nil else { throw .repeatedField(field) }
        text = try scanner.string()
      default: throw .unknownField(field)
      }
    } while scanner.take(",")
    try scanner.expect("}")
    guard let id else { throw .missingField("id") }
    guard let text else { throw .missingField("secret") }
    guard let bytes = Base64.decode(text, isPadded: true), let secret = Key256(bytes),
      Set(bytes).count > 1
    else { throw .badSecret(id) }
    return Entry(id: id, secret: secret)
  }

  /// The file's text. Holds the secrets: for the file alone.
  package var fileText: String {
    let keys = entries.map { entry in
      let text = Base64.encode(entry.secret.bytes, isPadded: true)
      let secret = String(decoding: text, as: UTF8.self)
      return "    {\"id\": \(entry.id), \"secret\": \"\(secret)\"}"
    }
    return "{\n  \"primary\": \(primary.id),\n  \"keys\": [\n"
      + keys.joined(separator: ",\n") + "\n  ]\n}\n"
  }

  /// A ring of one new key, id 1.
  package static func generate(random: some RandomSource = SecureRandom()) -> KeyRing {
    KeyRing(primary: Entry(id: 1, secret: Key256(random: random)), others: [])
  }

  /// This ring with a new primary; the former ones still open. Nil when it is full.
  package func rotated(random: some RandomSource = SecureRandom()) -> KeyRing? {
    guard entries.count < Self.keyCountMax else { return nil }
    let used = Set(entries.map(\.id))
    var id = (used.max() ?? 0) &+ 1
    while used.contains(id) { id &+= 1 }
    return KeyRing(primary: Entry(id: id, secret: Key256(random: random)), others: entries)
  }

  /// This ring with a further key that opens and doesn't seal yet. Nil when it is full.
  package func extended(random: some RandomSource = SecureRandom()) -> KeyRing? {
    rotated(random: random)?.promoting(primary.id)
  }

  /// This ring with another of its keys as the primary. Nil when it has no such key.
  package func promoting(_ id: UInt32) -> KeyRing? {
    guard let entry = entry(id) else { return nil }
    return KeyRing(primary: entry, others: entries.filter { $0.id != id })
  }
}
