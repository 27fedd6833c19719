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
    var additional = [UInt8](
      UnsafeRawBufferPointer(start: use.utf8Start, count: use.utf8CodeUnitCount))
    additional += organization.uuid.bytes
    additional += row.bytes
    return [Self.format, 0, 0, 0, 0] + nonce
      + AEAD.seal(Array(details.text.utf8), key: key, nonce: nonce, authenticating: additional)
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
    let organization = event.organization.uuid
    return seal(
      Array(details.text.utf8), for: .subject,
      in: SealContext(
        organization: (organization.high, organization.low), rowKey: event.id.uuid.bytes))
  }
}
