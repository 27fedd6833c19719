import API
import Crypto
import Domain

/// Page tokens: the last id, the instant and what the list is in the order of, AES-256-GCM under
/// the day's `page` key, bound by AAD to organization, principal, method and the list's other
/// arguments. 24 hours.
///
/// 16 bytes of HMAC-SHA-256 over the sealed bytes come first: they tell a token of ours that
/// belongs elsewhere from one that was never ours.
struct PageSeal {
  private static let lifetime = Duration.seconds(24 * 60 * 60)
  private static let codeByteCount = 16

  private let ring: KeyRing
  private let now: Timestamp
  private let context: SealContext

  init(filter: String, _ caller: Caller, _ ground: ServiceGround) {
    ring = ground.ring
    now = ground.now()
    // The order of every list is its method's.
    let arguments = SHA256.hash(Array("\(filter)\norder:id".utf8)).bytes
    let principal = caller.principal
    var key = Array("\(principal.kind.rawValue)\n\(caller.method.fullName)\n".utf8)
    key += principal.id.bytes
    key += arguments
    let organization = caller.organization.uuid
    context = SealContext(organization: (organization.high, organization.low), rowKey: key)
  }

  /// - Parameter sortKey: what the list is in the order of, when that is not the id.
  func token(after last: UUID128, sortKey: String = "") -> String {
    let today = Service.day(of: now)
    var payload = last.bytes
    withUnsafeBytes(of: now.microseconds.bigEndian) { payload += $0 }
    payload += sortKey.utf8
    let sealed = ring.seal(payload, for: .page(day: today), in: context)
    return Hexadecimal.text(code(sealed, ring.key(for: .page(day: today))) + sealed)
  }

  func open(
    _ token: String
  ) throws(ServiceFailure) -> (last: UUID128, sortKey: String) {
    guard let bytes = Hexadecimal.bytes(token), bytes.count > Self.codeByteCount else {
      throw .fault(.pageTokenInvalid)
    }
    let sealed = Array(bytes[Self.codeByteCount...])
    let day = try day(of: sealed, code: Array(bytes[..<Self.codeByteCount]))
    let payload: [UInt8]
    do throws(KeyRing.OpenRefusal) {
      payload = try ring.open(sealed, for: .page(day: day), in: context)
    } catch {
      throw .fault(.pageTokenMismatch)
    }
    guard payload.count >= 24 else { throw .fault(.pageTokenInvalid) }
    let made = Timestamp(microseconds: Int64(bitPattern: word(payload, 16)))
    guard now < made.advanced(by: Self.lifetime) else { throw .fault(.pageTokenInvalid) }
    return (
      UUID128(high: word(payload, 0), low: word(payload, 8)),
      String(decoding: payload[24...], as: UTF8.self)
    )
  }

  /// The day whose key made the code: today's or yesterday's.
  private func day(of sealed: [UInt8], code given: [UInt8]) throws(ServiceFailure) -> Int {
    let today = Service.day(of: now)
    do throws(KeyRing.OpenRefusal) {
      let id = try KeyRing.keyID(of: sealed)
      for day in [today, today - 1] {
        guard let key = ring.key(for: .page(day: day), id: id) else { break }
        if ConstantTime.equal(code(sealed, key), given) { return day }
      }
    } catch {
      throw .fault(.pageTokenInvalid)
    }
    throw .fault(.pageTokenInvalid)
  }

  private func code(_ sealed: [UInt8], _ key: Key256) -> [UInt8] {
    Array(HMAC.code(for: sealed, key: key.bytes).bytes[..<Self.codeByteCount])
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
