internal import CLinux

/// What a descriptor is watched for. Hang-ups and errors are always told.
package struct Interest: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static let readable = Interest(rawValue: 1)
  package static let writable = Interest(rawValue: 2)
  /// Told once when the state changes, instead of as long as it holds (EPOLLET).
  package static let edge = Interest(rawValue: 4)

  var epollEvents: UInt32 {
    var events: UInt32 = 0
    if contains(.readable) { events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
    if contains(.writable) { events |= EPOLLOUT.rawValue }
    if contains(.edge) { events |= EPOLLET.rawValue }
    return events
  }
}

/// What a watched descriptor has become.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  package static let readable = Readiness(rawValue: 1)
  package static let writable = Readiness(rawValue: 2)
  /// The peer closed its half (EPOLLRDHUP) or both halves (EPOLLHUP).
  package static let hangup = Readiness(rawValue: 4)
  package static let error = Readiness(rawValue: 8)

  init(epollEvents events: UInt32) {
    var readiness: Readiness = []
    if events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
    if events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
    if events & (EPOLLHUP.rawValue | EPOLLRDHUP.rawValue) != 0 { readiness.insert(.hangup) }
    if events & EPOLLERR.rawValue != 0 { readiness.insert(.error) }
    self = readiness
  }
}

/// Told on the loop when its descriptor is ready. The registration holds it strongly.
package protocol ReadinessHandler: AnyObject {
  func ready(_ readiness: Readiness)
}

/// A descriptor watched by one loop. It stays valid until `deregister`; the descriptor itself
/// belongs to the handler, which closes it after deregistering.
package struct Registration: Hashable, Sendable {
  let slot: UInt32
  let generation: UInt32

  var tag: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// The watched descriptors of one loop. A slot's generation grows at each release, so that an event
/// of the same `epoll_wait` batch for a descriptor closed meanwhile finds nobody.
struct RegistrationTable {
  private struct Slot {
    var generation: UInt32 = 0
    var descriptor: CInt = -1
    var handler: (any ReadinessHandler)?
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []

  mutating func insert(_ descriptor: CInt, _ handler: any ReadinessHandler) -> Registration {
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
    } else {
      index = UInt32(slots.count)
      slots.append(Slot())
    }
    slots[Int(index)].descriptor = descriptor
    slots[Int(index)].handler = handler
    return Registration(slot: index, generation: slots[Int(index)].generation)
  }

  func descriptor(of registration: Registration) -> CInt? {
    let index = Int(registration.slot)
    guard index < slots.count, slots[index].generation == registration.generation,
      slots[index].handler != nil
    else { return nil }
    return slots[index].descriptor
  }

  mutating func remove(_ registration: Registration) {
    let index = Int(registration.slot)
    guard descriptor(of: registration) != nil else { return }
    slots[index].handler = nil
    slots[index].descriptor = -1
    slots[index].generation &+= 1
    free.append(registration.slot)
  }

  func handler(tag: UInt64) -> (any ReadinessHandler)? {
    let index = Int(tag & 0xFFFF_FFFF)
    guard index < slots.count, slots[index].generation == UInt32(tag >> 32) else { return nil }
    return slots[index].handler
  }
}
