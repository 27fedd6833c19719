/// Seals what a caller carries from one call to the next and can't read: AES-256-GCM under the
/// day's `page` key, bound to a context.
///
/// 16 bytes of HMAC-SHA-256 over the sealed bytes come first: they tell a token of ours that
/// belongs elsewhere from one that was never ours.
package struct TokenSeal: Sendable {
  package enum Refusal: Error, Hashable {
    /// Never ours, or made before yesterday.
    case unknown
    /// Ours, for another context.
    case elsewhere
  }

  private static let codeByteCount = 16

  private let ring: KeyRing
  private let context: SealContext
  private let today: Int

  /// - Parameter today: in days since 1970-01-01 UTC.
  package init(_ ring: KeyRing, in context: SealContext, today: Int) {
    self.ring = ring
    self.context = context
    self.today = today
  }

  package func seal(_ payload: [UInt8]) -> [UInt8] {
    let sealed = ring.seal(payload, for: .page(day: today), in: context)
    return code(sealed, ring.key(for: .page(day: today))) + sealed
  }

  package func open(_ token: [UInt8]) throws(Refusal) -> [UInt8] {
    guard token.count > Self.codeByteCount else { throw .unknown }
    let sealed = Array(token[Self.codeByteCount...])
    let day = try day(of: sealed, code: Array(token[..<Self.codeByteCount]))
    do throws(KeyRing.OpenRefusal) {
      return try ring.open(sealed, for: .page(day: day), in: context)
    } catch {
      throw .elsewhere
    }
  }

  /// The day whose key made the code: today or yesterday.
  private func day(of sealed: [UInt8], code given: [UInt8]) throws(Refusal) -> Int {
    do throws(KeyRing.OpenRefusal) {
      let id = try KeyRing.keyID(of: sealed)
      for day in [today, today - 1] {
        guard let key = ring.key(for: .page(day: day), id: id) else { break }
        if ConstantTime.equal(code(sealed, key), given) { return day }
      }
    } catch {
      throw .unknown
    }
    throw .unknown
  }

  private func code(_ sealed: [UInt8], _ key: Key256) -> [UInt8] {
    Array(HMAC.code(for: sealed, key: key.bytes).bytes[..<Self.codeByteCount])
  }
}
