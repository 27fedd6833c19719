package import Domain

/// The first thing that is wrong with a chain: the row that was touched, as far as can be told.
package enum ChainFault: Hashable, Sendable, CustomStringConvertible {
  /// The numbers have a gap before the seal `next`; it has no predecessor with the number before.
  case sealMissing(Int64, next: Int64)
  /// The seal does not name the digest of the one before it.
  case linkBroken(Int64)
  /// It covers less than the seal before it.
  case positionWentBack(Int64)
  /// Events are missing that the seal counted.
  case eventsMissing(Int64, counted: Int64, found: Int)
  /// An event is there that no seal counted: it was added, or is another's, moved.
  case eventAdded(EventID, upToSeal: Int64)
  /// An event of the seal, or the seal itself, is not what it was; the first and last event.
  case digestDiffers(Int64, events: ClosedRange<EventID>?)
  /// An event as old as sealed ones is in no seal: the seals of the end are gone.
  case eventUnsealed(EventID, lastSeal: Int64)
  /// A head that was written to the file is not in the database any more.
  case headMissing(Int64)
  case headDiffers(Int64)

  package var description: String {
    switch self {
    case .sealMissing(let number, let next):
      "seal \(number) is missing, seal \(next) comes instead"
    case .linkBroken(let number): "seal \(number) does not continue the one before it"
    case .positionWentBack(let number): "seal \(number) covers less than the one before it"
    case .eventsMissing(let number, let counted, let found):
      "seal \(number) counted \(counted) events, \(found) are there"
    case .eventAdded(let event, let number):
      "event \(event) is in none of the seals up to \(number), which cover its transaction"
    case .digestDiffers(let number, let events?) where events.lowerBound == events.upperBound:
      "seal \(number) differs: event \(events.lowerBound) or the seal was changed"
    case .digestDiffers(let number, let events?):
      """
      seal \(number) differs: one of the events from \(events.lowerBound) to \
      \(events.upperBound), or the seal, was changed
      """
    case .digestDiffers(let number, nil): "seal \(number) was changed"
    case .eventUnsealed(let event, let number):
      "event \(event) must be sealed, and seal \(number) is the last: later seals are missing"
    case .headMissing(let number):
      "seal \(number) is missing, which the file of heads has: the end was cut off"
    case .headDiffers(let number): "seal \(number) is another than the file of heads has"
    }
  }
}
