import Crypto
import Domain
import Postgres

/// One page of a list (AIP-158): its size, and where it begins.
struct Page {
  static let sizeDefault = 50
  static let sizeMax = 1_000

  let size: Int
  /// Where the page before ended; nil on the first page.
  let position: PagePosition?
  private let seal: PageSeal

  /// - Parameters:
  ///   - sizeMax: what a larger size becomes.
  ///   - arguments: the list's others, its order included; a token of others is
  ///     PAGE_TOKEN_MISMATCH.
  init(
    size: Int32, sizeMax: Int = Page.sizeMax, token: String, arguments: [String] = [],
    for caller: Caller, _ ground: ServiceGround
  ) throws(ServiceFailure) {
    guard size >= 0 else { throw .fault(.pageSizeInvalid) }
    self.size = size == 0 ? Self.sizeDefault : min(Int(size), sizeMax)
    seal = PageSeal(arguments: arguments, caller, ground)
    position = token.isEmpty ? nil : try seal.open(token)
  }

  /// The last id of the page before; nil on the first page.
  func after<ID: ResourceID>() -> ID? {
    position.map { ID($0.id) }
  }

  /// Where the page before ended, of a list in the order of one text; empty on the first page.
  var sortText: String {
    if case .text(let text)? = position?.key { text } else { "" }
  }

  /// One more than the page holds tells whether there is another.
  var limit: Int { size + 1 }

  /// The token of the next page of a list in the order of its ids; empty after the last.
  /// - Parameter ids: what the query found, at most `limit`.
  func nextToken(_ ids: [some ResourceID]) -> String {
    nextToken(ids) { PagePosition(id: $0.uuid) }
  }

  /// The token of the next page; empty after the last.
  /// - Parameter rows: what the query found, at most `limit`.
  func nextToken<Row>(_ rows: [Row], _ position: (Row) -> PagePosition) -> String {
    rows.count > size ? seal.token(after: position(rows[size - 1])) : ""
  }

  /// The token of the page after a row, where a page ends before it is full.
  func token(after id: some ResourceID) -> String {
    seal.token(after: PagePosition(id: id.uuid))
  }
}

extension Caller {
  /// Runs one page of a list of the organization.
  func listOwn<S: Statement>(_ statement: S) async throws(ServiceFailure) -> [S.Row] {
    try await list(statement, as: scope)
  }

  /// Runs one page of a list, as `roster_system` unless told otherwise.
  func list<S: Statement>(
    _ statement: S, as scope: Scope = .system
  ) async throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try await database.read(statement, as: scope, deadline: deadline)
    } catch {
      throw ServiceFailure(list: error)
    }
  }

  /// Runs one page of a compiled list.
  func list<L: ListStatement>(
    _ statement: L, as scope: Scope
  ) async throws(ServiceFailure) -> [L.Row] {
    do throws(DatabaseError) {
      return try await database.list(statement, as: scope, deadline: deadline)
    } catch {
      throw ServiceFailure(list: error)
    }
  }
}

extension Caller {
  /// Runs several reading statements in one flush.
  func read<Answer>(
    _ batch: consuming Batch, kind: StatementKind,
    _ decode: (BatchResults) throws(DatabaseError) -> Answer
  ) async throws(ServiceFailure) -> Answer {
    do throws(DatabaseError) {
      return try decode(
        await database.read(batch, as: scope, kind: kind, deadline: deadline))
    } catch {
      throw kind == .list ? ServiceFailure(list: error) : ServiceFailure(error)
    }
  }
}

extension ServiceFailure {
  /// Of a list.
  init(list error: DatabaseError) {
    self = error == .statementTimeout ? .listTooExpensive : ServiceFailure(error)
  }
}
