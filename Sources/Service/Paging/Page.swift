import Crypto
import Domain
import Postgres

/// One page of a list in the order of ids or of one text (AIP-158): its size, and where it begins.
struct Page {
  static let sizeDefault = 50
  static let sizeMax = 1_000

  let size: Int
  private let last: UUID128?
  /// Of the last row of the page before; empty on the first page.
  let sortKey: String
  private let seal: PageSeal

  /// - Parameter filter: the list's other arguments; a token of others is PAGE_TOKEN_MISMATCH.
  init(
    size: Int32, token: String, filter: String, for caller: Caller, _ ground: ServiceGround
  ) throws(ServiceFailure) {
    guard size >= 0 else { throw .fault(.pageSizeInvalid) }
    self.size = size == 0 ? Self.sizeDefault : min(Int(size), Self.sizeMax)
    seal = PageSeal(filter: filter, caller, ground)
    let opened = token.isEmpty ? nil : try seal.open(token)
    last = opened?.last
    sortKey = opened?.sortKey ?? ""
  }

  /// The last id of the page before; nil on the first page.
  func after<ID: ResourceID>() -> ID? {
    last.map { ID($0) }
  }

  /// One more than the page holds tells whether there is another.
  var limit: Int { size + 1 }

  /// The token of the next page; empty after the last.
  /// - Parameter ids: what the query found, at most `limit`.
  func nextToken(_ ids: [some ResourceID]) -> String {
    ids.count > size ? seal.token(after: ids[size - 1].uuid) : ""
  }

  /// The token of the page after a row, where a page ends before it is full.
  func token(after id: some ResourceID) -> String {
    seal.token(after: id.uuid)
  }

  /// As ``nextToken(_:)``, of a list in the order of `sortKeys`.
  func nextToken(_ ids: [some ResourceID], sortKeys: [String]) -> String {
    guard ids.count > size else { return "" }
    return seal.token(after: ids[size - 1].uuid, sortKey: sortKeys[size - 1])
  }
}

extension Caller {
  /// Runs one page of a list, as `roster_system` unless told otherwise.
  func list<S: Statement>(
    _ statement: S, as scope: Scope = .system
  ) async throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try await database.read(statement, as: scope, deadline: deadline)
    } catch {
      throw error == .statementTimeout ? .listTooExpensive : ServiceFailure(error)
    }
  }
}
