import Crypto
import Domain
import Postgres

/// One page of a list in the order of ids (AIP-158): its size, and where it begins.
struct Page {
  static let sizeDefault = 50
  static let sizeMax = 1_000

  let size: Int
  private let last: UUID128?
  private let seal: PageSeal

  /// - Parameter filter: the list's other arguments; a token of others is PAGE_TOKEN_MISMATCH.
  init(
    size: Int32, token: String, filter: String, for caller: Caller, _ ground: ServiceGround
  ) throws(ServiceFailure) {
    guard size >= 0 else { throw .fault(.pageSizeInvalid) }
    self.size = size == 0 ? Self.sizeDefault : min(Int(size), Self.sizeMax)
    seal = PageSeal(filter: filter, caller, ground)
    last = token.isEmpty ? nil : try seal.open(token)
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
}

extension Caller {
  /// Runs one page of a list of the organization.
  func own<S: Statement>(_ statement: S) async throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try await database.read(statement, as: scope, deadline: deadline)
    } catch {
      throw error == .statementTimeout ? .listTooExpensive : ServiceFailure(error)
    }
  }

  /// Runs one page of a list as `roster_system`.
  func list<S: Statement>(_ statement: S) async throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try await database.read(statement, as: .system, deadline: deadline)
    } catch {
      throw error == .statementTimeout ? .listTooExpensive : ServiceFailure(error)
    }
  }
}
