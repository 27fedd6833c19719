import Crypto
import Domain

/// What a seal's digest is over.
enum SealDigest {
  /// SHA-256 of `roster:seal:v1` ‖ the digest before ‖ 16 bytes organization ‖ 8 bytes number ‖
  /// 4 bytes epoch ‖ 4-byte length ‖ the snapshot's text ‖ 8 bytes time in microseconds ‖ 8 bytes
  /// count ‖ for each event 4-byte length ‖ its canonical bytes. Numbers are big-endian.
  /// - Parameter events: in the order of their ids.
  static func bytes(
    _ place: EventSeal.Place, _ position: SealPosition, at instant: Timestamp,
    of events: [SealableEvent]
  ) -> [UInt8] {
    var head: [UInt8] = place.previousDigest
    head.append(place.organization.uuid)
    head.append(bigEndian: place.number)
    head.append(bigEndian: position.epoch)
    let snapshot = Array(position.snapshot.text.utf8)
    head.append(bigEndian: UInt32(truncatingIfNeeded: snapshot.count))
    head += snapshot
    head.append(bigEndian: instant.microseconds)
    head.append(bigEndian: Int64(events.count))
    var computation = SHA256()
    computation.update("roster:seal:v1")
    computation.update(head)
    for event in events {
      let count = UInt32(truncatingIfNeeded: event.canonicalBytes.count).bigEndian
      withUnsafeBytes(of: count) { computation.update($0) }
      computation.update(event.canonicalBytes)
    }
    return computation.finish().bytes
  }

  /// The digest that a seal must have over these events.
  static func bytes(of seal: EventSeal, over events: [SealableEvent]) -> [UInt8] {
    let place = EventSeal.Place(
      organization: seal.organization, number: seal.number, previousDigest: seal.previousDigest)
    return bytes(place, seal.position, at: seal.at, of: events)
  }
}

extension [UInt8] {
  mutating func append(_ uuid: UUID128) {
    append(bigEndian: uuid.high)
    append(bigEndian: uuid.low)
  }

  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
