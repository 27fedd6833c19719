package import Crypto
package import Domain
package import Postgres
import Store

/// Compares the file of heads with the database: what an organization's chain ended with once must
/// still be in it.
package struct HeadsVerifier {
  /// What is wrong.
  package enum Fault: Error, Hashable, CustomStringConvertible {
    /// The line isn't signed by a key of the ring.
    case unsigned(line: Int)
    /// It doesn't follow the line before it: one was taken out, changed or moved.
    case lineBroken(line: Int)
    case chain(OrganizationID, ChainFault)

    package var description: String {
      switch self {
      case .unsigned(let line): "line \(line) is not signed by a key of the ring"
      case .lineBroken(let line): "line \(line) does not follow the one before it"
      case .chain(let organization, let fault): "\(organization): \(fault)"
      }
    }
  }

  private static let pageSize = 1_000

  private let database: Database
  private let ring: KeyRing
  private let only: OrganizationID?

  /// - Parameters:
  ///   - database: logged in as roster_system.
  ///   - only: the chain that is compared; nil: all. Every line is checked.
  package init(_ database: Database, _ ring: KeyRing, only: OrganizationID? = nil) {
    self.database = database
    self.ring = ring
    self.only = only
  }

  /// - Parameter told: of each fault.
  /// - Returns: how many heads were compared.
  package func verify(
    _ path: String, _ told: (Fault) -> Void
  ) async throws -> Int {
    var lines = try HeadLines(path)
    var count = 0
    var lastCode: [UInt8] = []
    var page: [SealHead] = []
    while let line = try lines.next() {
      // A line that a crash cut off: the next one follows the last whole one, or tells.
      guard let head = line.head else { continue }
      if !head.isSigned(by: ring) { told(.unsigned(line: line.number)) }
      if head.previousCode != lastCode { told(.lineBroken(line: line.number)) }
      lastCode = head.code
      guard only == nil || only == head.organization else { continue }
      count += 1
      page.append(head)
      if page.count == Self.pageSize {
        try await compare(page, told)
        page = []
      }
    }
    try await compare(page, told)
    return count
  }

  private func compare(_ heads: [SealHead], _ told: (Fault) -> Void) async throws(DatabaseError) {
    for (head, fault) in try await Self.faults(of: heads, in: database) {
      told(.chain(head.organization, fault))
    }
  }

  /// Those heads that the database does not have.
  static func faults(
    of heads: [SealHead], in database: Database
  ) async throws(DatabaseError) -> [(SealHead, ChainFault)] {
    guard !heads.isEmpty else { return [] }
    let digests = try await database.read(
      FindSealDigests(heads.map { ($0.organization, $0.number) }), as: .system, deadline: nil)
    return zip(heads, digests).compactMap { head, digest in
      guard let digest else { return (head, .headMissing(head.number)) }
      return digest == head.digest ? nil : (head, .headDiffers(head.number))
    }
  }
}
