internal import Glibc

/// Path to method, by the bytes of the path.
package struct Router: Sendable {
  /// A method with what a connection compares.
  final class Entry: Sendable {
    let method: Method
    /// Of the router's methods.
    let index: Int
    let path: [UInt8]
    /// ``MethodOptions/deadlineMax`` in nanoseconds; `UInt64.max` for none.
    let deadlineMax: UInt64

    init(_ method: Method, index: Int) {
      self.method = method
      deadlineMax = method.options.deadlineMax.map(\.nanoseconds) ?? .max
      self.index = index
      path = Array(method.path.utf8)
    }

    func matches(_ other: UnsafeRawBufferPointer) -> Bool {
      path.count == other.count
        && path.withUnsafeBytes { own in
          guard let left = own.baseAddress, let right = other.baseAddress else { return true }
          return memcmp(left, right, own.count) == 0
        }
    }
  }

  private let entries: [Entry]
  /// Open addressing: indices into `entries`, -1 where free; at most half is taken.
  private let slots: [Int32]
  /// The full names of the services, such as `roster.v1.UserService`.
  package let services: Set<String>
  /// What `/healthz` tells.
  let health: HealthState?

  /// - Precondition: paths are `/package.Service/Method` and unique; a unary body belongs to a
  ///   unary kind and to no other.
  package init(_ methods: [Method], health: HealthState? = nil) {
    self.health = health
    entries = methods.enumerated().map { Entry($1, index: $0) }
    var slotCount = 16
    while slotCount < entries.count * 2 { slotCount *= 2 }
    var slots = [Int32](repeating: -1, count: slotCount)
    var services: Set<String> = []
    for (index, entry) in entries.enumerated() {
      precondition(entry.method.isConsistent, "the body does not fit: \(entry.method.path)")
      var slot = entry.path.withUnsafeBytes(Self.hash) & (slotCount - 1)
      while slots[slot] >= 0 {
        precondition(entries[Int(slots[slot])].path != entry.path, "twice: \(entry.method.path)")
        slot = (slot + 1) & (slotCount - 1)
      }
      slots[slot] = Int32(index)
      let service = entry.path.withUnsafeBytes { path in
        MethodName(path).map { String(decoding: $0.service, as: UTF8.self) }
      }
      precondition(service != nil, "no method name: \(entry.method.path)")
      services.insert(service ?? "")
    }
    self.slots = slots
    self.services = services
  }

  /// In the order in which they were given.
  package var methods: [Method] { entries.map(\.method) }

  func find(_ path: UnsafeRawBufferPointer) -> Entry? {
    var slot = Self.hash(path) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.matches(path) { return entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Only spreads the table's own entries: a peer's path is looked up and never inserted.
  private static func hash(_ path: UnsafeRawBufferPointer) -> Int {
    var hash = UInt64(truncatingIfNeeded: path.count)
    var index = 0
    while path.count - index >= 8 {
      hash = (hash ^ path.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* multiplier
      hash ^= hash >> 32
      index += 8
    }
    while index < path.count {
      hash = (hash ^ UInt64(path[index])) &* multiplier
      index += 1
    }
    return Int(truncatingIfNeeded: hash >> 20)
  }

  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
}

extension Duration {
  /// Whole nanoseconds: 0 for none and less, `UInt64.max` past 584 years.
  fileprivate var nanoseconds: UInt64 {
    guard self > .zero else { return 0 }
    let (product, overflow) = UInt64(clamping: components.seconds)
      .multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return .max }
    let (sum, carry) = product.addingReportingOverflow(
      UInt64(clamping: components.attoseconds / 1_000_000_000))
    return carry ? .max : sum
  }
}

extension Method {
  fileprivate var isConsistent: Bool {
    switch body {
    case .unary: kind == .unary
    case .streaming: kind != .unary
    }
  }
}

/// A path split at its last slash (grpc-go's reading of PROTOCOL-HTTP2.md, "Path").
struct MethodName {
  let service: Slice<UnsafeRawBufferPointer>
  let method: Slice<UnsafeRawBufferPointer>

  /// Nil without a leading slash or without a second one.
  init?(_ path: UnsafeRawBufferPointer) {
    guard path.first == UInt8(ascii: "/"), let last = path.lastIndex(of: UInt8(ascii: "/")),
      last > 0
    else { return nil }
    service = path[1..<last]
    method = path[(last + 1)...]
  }
}
