import Crypto
package import Domain
import EventLoop
package import Postgres
import Store

/// The installation's catalogue as an operator writes it: over `database.system_url`.
package struct OperatorPermissions {
  /// Why a file is not taken, with the remedy.
  package enum Failure: Error, CustomStringConvertible {
    case database(DatabaseError)
    case file(PermissionFile.Refusal)
    case change(CatalogueChange.Refusal)

    package var description: String {
      switch self {
      case .database(let error): "database.system_url: \(error.text)"
      case .file(let refusal): refusal.text
      case .change(.builtIn(let name)):
        "\(name.text) is a permission of Roster's own: leave it out"
      case .change(.tooMany):
        "there would be more than \(Permission.countMax) permissions, Roster's own and the "
          + "retired ones included"
      }
    }
  }

  private static let patience = Duration.seconds(10)

  private let database: Database

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database) {
    self.database = database
  }

  /// Makes the catalogue what the text of a file says; what the file lacks is retired.
  /// - Returns: what changed.
  @discardableResult
  package func apply(_ text: String) async throws(Failure) -> CatalogueChange {
    let file: PermissionFile
    do { file = try PermissionFile(text) } catch { throw .file(error) }
    do {
      let transaction = try await database.begin(
        as: .system, kind: .write,
        deadline: MonotonicInstant.now().advanced(by: Self.patience))
      var batch = Batch()
      batch.add(LockPermissions())
      let pending = batch.add(ListPermissions())
      let catalogue = try await transaction.flush(batch).rows(pending)
      let change: CatalogueChange
      do {
        change = try CatalogueChange(from: catalogue, to: file)
      } catch {
        await transaction.rollback()
        throw Failure.change(error)
      }
      guard !change.isEmpty else {
        await transaction.rollback()
        return change
      }
      _ = try await transaction.commit(
        Self.changes(change, at: Timestamp(microseconds: transaction.time)))
      return change
    } catch let error as DatabaseError {
      throw .database(error)
    } catch let error as Failure {
      throw error
    } catch {
      preconditionFailure("no other error is thrown above")
    }
  }

  private static func changes(_ change: CatalogueChange, at now: Timestamp) -> Batch {
    var batch = Batch()
    for permission in change.added + change.changed { batch.add(StorePermission(permission)) }
    for permission in change.retired { batch.add(RetirePermission(permission.name, at: now)) }
    batch.add(
      InsertEvent(
        Event(
          id: EventID.make(at: now, random: (SecureRandom().word(), SecureRandom().word())),
          organization: OrganizationID(.nil), at: now, actor: .system,
          action: .catalogueChanged, target: EventTarget(.catalogue, .nil))))
    return batch
  }
}

extension PermissionFile.Refusal {
  fileprivate var text: String {
    switch self {
    case .malformed: "the file is no JSON list of permissions"
    case .tooMany: "the file has more than \(Permission.countMax) permissions"
    case .entry(let number, let problem): "permission \(number): \(problem.text)"
    }
  }
}

extension PermissionFile.Problem {
  fileprivate var text: String {
    switch self {
    case .notAnObject: "is no object"
    case .keyUnknown(let key): "has the unknown key \"\(key)\""
    case .nameInvalid: "needs a \"permission\" such as \"agents.edit\""
    case .descriptionInvalid: "needs a \"description\" of at most 2,000 characters"
    case .scopesInvalid: "needs \"scopes\": some of self, own, group, company and all, each once"
    case .repeated(let name): "\(name) is there before"
    }
  }
}
