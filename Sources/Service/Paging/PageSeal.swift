import API
import Crypto
import Domain

/// Page tokens: where the page before ended and when, bound to organization, principal, method and
/// the list's other arguments. 24 hours.
struct PageSeal {
  private static let lifetime = Duration.seconds(24 * 60 * 60)

  private let now: Timestamp
  private let seal: TokenSeal

  /// - Parameter arguments: what a list is asked for, its order included, but the page.
  init(arguments: [String], _ caller: Caller, _ ground: ServiceGround) {
    now = ground.now()
    // With their lengths, so that no two lists of arguments are the same bytes.
    let texts = arguments.map { "\($0.utf8.count) \($0)\n" }.joined()
    let principal = caller.principal
    var key = Array("\(principal.kind.rawValue)\n\(caller.method.fullName)\n".utf8)
    key += principal.id.bytes
    key += SHA256.hash(Array(texts.utf8)).bytes
    let organization = caller.organization.uuid
    seal = TokenSeal(
      ground.ring,
      in: SealContext(organization: (organization.high, organization.low), rowKey: key),
      today: day(of: now))
  }

  func token(after position: PagePosition) -> String {
    let instant = withUnsafeBytes(of: now.microseconds.bigEndian) { Array($0) }
    return Hexadecimal.text(seal.seal(instant + position.bytes))
  }

  func open(_ token: String) throws(ServiceFailure) -> PagePosition {
    guard let bytes = Hexadecimal.bytes(token) else { throw .fault(.pageTokenInvalid) }
    let payload: [UInt8]
    do throws(TokenSeal.Refusal) {
      payload = try seal.open(bytes)
    } catch {
      throw .fault(error == .elsewhere ? .pageTokenMismatch : .pageTokenInvalid)
    }
    guard payload.count >= 8, let position = PagePosition(bytes: Array(payload[8...])) else {
      throw .fault(.pageTokenInvalid)
    }
    let microseconds = payload[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let made = Timestamp(microseconds: Int64(bitPattern: microseconds))
    guard now < made.advanced(by: Self.lifetime) else { throw .fault(.pageTokenInvalid) }
    return position
  }
}
