internal import Crypto

/// The keys that seal session tickets (RFC 5077 §4): the ring's for the day, so that every replica
/// and every loop opens what another one sealed. Yesterday's still open. Confined to a loop.
final class TicketKeys {
  struct Key {
    /// 16 bytes that tell the client's ticket apart, and nothing about the key.
    let name: [UInt8]
    let encryption: Key256
    let authentication: Key256

    fileprivate init(_ base: Key256) {
      name = Array(HKDF.expand(base, context: Array("name".utf8)).bytes.prefix(Self.nameByteCount))
      encryption = HKDF.expand(base, context: Array("encryption".utf8))
      authentication = HKDF.expand(base, context: Array("authentication".utf8))
    }

    static let nameByteCount = 16
  }

  /// How long a session can be resumed; its ticket's key opens for as long at least.
  static let lifetimeSeconds: Int64 = 86_400

  private let ring: KeyRing
  /// In days since 1970-01-01 UTC.
  private var day = Int.min
  private var keys: [Key] = []

  init(ring: KeyRing) {
    self.ring = ring
  }

  /// The one that seals now.
  /// - Parameter instant: the wall clock, in seconds since 1970.
  func sealing(at instant: Int64) -> Key {
    turn(to: instant)
    return keys[0]
  }

  /// The one of that name, of today or yesterday, by any key of the ring; `isCurrent` when it is
  /// also the one that seals.
  func opening(_ name: UnsafeRawBufferPointer, at instant: Int64) -> (key: Key, isCurrent: Bool)? {
    turn(to: instant)
    guard let index = keys.firstIndex(where: { $0.name.elementsEqual(name) }) else { return nil }
    return (keys[index], index == 0)
  }

  private func turn(to instant: Int64) {
    let today = Int(instant / 86_400)
    guard today != day else { return }
    day = today
    keys = [today, today - 1].flatMap { day in
      ring.keyIDs.compactMap { ring.key(for: .ticket(day: day), id: $0).map(Key.init) }
    }
  }
}
