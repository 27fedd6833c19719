import Crypto
import Domain

/// The key that seals what events and mails say about one user. Deleting its row is the erasure.
struct SubjectKey {
  private static let format: UInt8 = 1

  private let key: Key256

  /// A fresh key.
  init() {
    let random = SecureRandom()
    key = Key256(SHA256.hash(random.bytes(Key256.byteCount)))
  }

  /// Opens a stored key.
  init(
    opening sealed: [UInt8], of subject: UserID, in organization: OrganizationID, _ ring: KeyRing
  ) throws(ServiceFailure) {
    let bytes: [UInt8]
    do throws(KeyRing.OpenRefusal) {
      bytes = try ring.open(
        sealed, for: .subject, in: Self.context(subject, in: organization))
    } catch {
      throw .broken("the key of a subject does not open: \(error)")
    }
    guard let key = Key256(bytes) else { throw .broken("the key of a subject is not of 32 bytes") }
    self.key = key
  }

  /// As it is stored, under the ring's `subject` key.
  func sealed(of subject: UserID, in organization: OrganizationID, _ ring: KeyRing) -> [UInt8] {
    ring.seal(key.bytes, for: .subject, in: Self.context(subject, in: organization))
  }

  /// 1 byte format ‖ 4 bytes zero, for the key is the subject's ‖ 12 bytes nonce ‖ ciphertext ‖
  /// 16 bytes tag. AAD = use ‖ organization ‖ the row's id.
  func seal(
    _ details: JSONValue, for use: StaticString, of row: UUID128, in organization: OrganizationID
  ) -> [UInt8] {
    let nonce = SecureRandom().bytes(AEAD.nonceByteCount)
    return [Self.format, 0, 0, 0, 0] + nonce
      + AEAD.seal(
        Array(details.text.utf8), key: key, nonce: nonce,
        authenticating: Self.authenticated(use, row, organization))
  }

  /// What ``seal(_:for:of:in:)`` sealed for the same use and row; nil for anything else.
  func open(
    _ sealed: [UInt8], for use: StaticString, of row: UUID128, in organization: OrganizationID
  ) -> JSONValue? {
    let header = 5 + AEAD.nonceByteCount
    guard sealed.count >= header + AEAD.tagByteCount, sealed[0] == Self.format else { return nil }
    let opened = sealed.withUnsafeBytes { bytes in
      AEAD.open(
        UnsafeRawBufferPointer(rebasing: bytes[header...]), key: key,
        nonce: Array(sealed[5..<header]),
        authenticating: Self.authenticated(use, row, organization))
    }
    return opened.flatMap { JSONValue(String(decoding: $0, as: UTF8.self)) }
  }

  private static func authenticated(
    _ use: StaticString, _ row: UUID128, _ organization: OrganizationID
  ) -> [UInt8] {
    var bytes = [UInt8](
      UnsafeRawBufferPointer(start: use.utf8Start, count: use.utf8CodeUnitCount))
    bytes += organization.uuid.bytes
    bytes += row.bytes
    return bytes
  }

  private static func context(_ subject: UserID, in organization: OrganizationID) -> SealContext {
    SealContext(
      organization: (organization.uuid.high, organization.uuid.low),
      rowKey: subject.uuid.bytes)
  }
}

extension ServiceGround {
  /// Seals details of an event whose target is no person.
  func sealDetails(_ details: JSONValue, of event: Event) -> [UInt8] {
    ring.sealDetails(details, of: event)
  }
}

extension KeyRing {
  /// Seals details of an event whose target is no person, under the ring's own key.
  func sealDetails(_ details: JSONValue, of event: Event) -> [UInt8] {
    seal(
      Array(details.text.utf8), for: .subject, in: detailsContext(event.id, event.organization))
  }

  /// What ``sealDetails(_:of:)`` sealed for the same event; nil for anything else.
  func openDetails(
    _ sealed: [UInt8], of event: EventID, in organization: OrganizationID
  ) -> JSONValue? {
    let opened = try? open(
      sealed, for: .subject, in: detailsContext(event, organization))
    return opened.flatMap { JSONValue(String(decoding: $0, as: UTF8.self)) }
  }

  private func detailsContext(
    _ event: EventID, _ organization: OrganizationID
  ) -> SealContext {
    SealContext(
      organization: (organization.uuid.high, organization.uuid.low), rowKey: event.uuid.bytes)
  }
}
