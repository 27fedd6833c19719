/// An id of one kind of resource. Kinds are types, so a ``UserID`` can't stand for a ``EventID``.
package protocol ResourceID: Hashable, Comparable, Sendable, CustomStringConvertible {
  var uuid: UUID128 { get }
  init(_ uuid: UUID128)
}

extension ResourceID {
  @inlinable
  package init(high: UInt64, low: UInt64) {
    self.init(UUID128(high: high, low: low))
  }

  /// Reads canonical UUID text (``UUID128/init(canonical:)``); nil for anything else.
  @inlinable
  package init?(canonical text: String) {
    guard let uuid = UUID128(canonical: text) else { return nil }
    self.init(uuid)
  }

  /// The id of a resource made at `instant` with 128 random bits: a version 7 UUID.
  @inlinable
  package static func make(at instant: Timestamp, random: (high: UInt64, low: UInt64)) -> Self {
    Self(.version7(at: instant, random: random))
  }

  /// The canonical text that goes over the wire.
  @inlinable package var text: String { uuid.text }
  @inlinable package var description: String { uuid.text }

  @inlinable
  package static func < (a: Self, b: Self) -> Bool { a.uuid < b.uuid }
}
