package import Crypto
package import Domain
package import Postgres
import Store

/// Signs the heads of chains and writes them where the database's writers can't; and looks whether
/// those it knows are still there. Confined to the loop of its database.
package final class HeadExport {
  private static let pageSize = 500

  private let database: Database
  private let ring: KeyRing
  private let file: HeadsFile?
  /// The newest head of each organization, whether or not there is a file.
  private var known: [OrganizationID: SealHead]
  /// Organizations with seals since the last export; nil: nobody knows which.
  private var changed: Set<OrganizationID>?

  /// - Parameters:
  ///   - database: logged in as roster_system.
  ///   - file: nil: heads are kept in memory only.
  package init(_ database: Database, _ ring: KeyRing, to file: HeadsFile?) {
    self.database = database
    self.ring = ring
    self.file = file
    known = file?.heads ?? [:]
  }

  package func note(_ seals: [EventSeal]) {
    for seal in seals { changed?.insert(seal.organization) }
  }

  /// Another process may have sealed: the next export looks at every organization.
  package func forgetChanges() {
    changed = nil
  }

  /// - Returns: the known heads that the database has no more.
  package func run(
    at instant: Timestamp
  ) async throws -> [(OrganizationID, ChainFault)] {
    let faults = try await verifyKnown()
    let lost = Set(faults.map(\.0))
    let due: Set<OrganizationID>
    if let changed { due = changed } else { due = try await allOrganizations() }
    // What is sealed while this waits is of the next export.
    changed = []
    do {
      var rest = due.subtracting(lost).sorted()[...]
      while !rest.isEmpty {
        try await export(Array(rest.prefix(Self.pageSize)), at: instant)
        rest = rest.dropFirst(Self.pageSize)
      }
    } catch {
      changed = nil
      throw error
    }
    return faults
  }

  private func export(
    _ organizations: [OrganizationID], at instant: Timestamp
  ) async throws {
    let seals = try await database.read(
      FindLastSeals(organizations), as: .system, deadline: nil)
    var code = file?.lastCode ?? []
    var heads: [SealHead] = []
    for seal in seals where seal.number > known[seal.organization]?.number ?? 0 {
      let head = SealHead(seal, at: instant, after: code, ring)
      code = head.code
      heads.append(head)
    }
    try file?.append(heads)
    for head in heads { known[head.organization] = head }
  }

  private func verifyKnown() async throws(DatabaseError) -> [(OrganizationID, ChainFault)] {
    var faults: [(OrganizationID, ChainFault)] = []
    var rest = Array(known.values)[...]
    while !rest.isEmpty {
      let page = Array(rest.prefix(Self.pageSize))
      let found = try await HeadsVerifier.faults(of: page, in: database)
      faults += found.map { ($0.0.organization, $0.1) }
      rest = rest.dropFirst(Self.pageSize)
    }
    return faults
  }

  private func allOrganizations() async throws(DatabaseError) -> Set<OrganizationID> {
    var all: Set<OrganizationID> = [OrganizationID(.nil)]
    var last: OrganizationID?
    while true {
      let page = try await database.read(
        ListAuditedOrganizations(after: last, limit: Self.pageSize), as: .system, deadline: nil)
      all.formUnion(page)
      guard page.count == Self.pageSize else { return all }
      last = page.last
    }
  }
}
