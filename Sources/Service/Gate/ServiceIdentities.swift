import EventLoop
import Synchronization

/// Every service identity of the configuration, readable from all loops and replaced as a whole.
package final class ServiceIdentities: Sendable {
  package static let countMax = 1_000

  private let byURI: Guarded<[String: ServiceIdentity]>
  private let current = Atomic<UInt64>(0)

  /// - Throws: a URI that is there twice; more than ``countMax``.
  package init(_ identities: [ServiceIdentity] = []) throws(ServiceIdentity.Refusal) {
    byURI = Guarded(try Self.table(identities))
  }

  /// None: certificates alone let nobody in.
  package init() {
    byURI = Guarded([:])
  }

  /// From the next call on these hold, on open connections too.
  /// - Throws: as ``init(_:)``; the former ones stay then.
  package func replace(_ identities: [ServiceIdentity]) throws(ServiceIdentity.Refusal) {
    let table = try Self.table(identities)
    byURI.withLock { $0 = table }
    current.add(1, ordering: .releasing)
  }

  /// Grows with every replacement: what was looked up under another version no longer counts.
  var version: UInt64 { current.load(ordering: .acquiring) }

  func find(_ uri: String) -> ServiceIdentity? {
    byURI.withLock { $0[uri] }
  }

  private static func table(
    _ identities: [ServiceIdentity]
  ) throws(ServiceIdentity.Refusal) -> [String: ServiceIdentity] {
    guard identities.count <= countMax else { throw .tooMany }
    var table: [String: ServiceIdentity] = [:]
    for identity in identities {
      guard table.updateValue(identity, forKey: identity.uri) == nil else {
        throw .uriRepeated(identity.uri)
      }
    }
    return table
  }
}
