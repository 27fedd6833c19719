/// What an operator's file says of the permissions of the products that Roster serves: a JSON list
/// of objects with `permission`, `description` and `scopes`, all required, and nothing else.
package struct PermissionFile: Hashable, Sendable {
  package let entries: [Entry]

  package struct Entry: Hashable, Sendable {
    package let name: PermissionName
    package let description: Description
    package let scopes: Set<PermissionScope>
  }

  package enum Refusal: Error, Hashable {
    /// The text is no JSON list.
    case malformed
    /// An element of the list, counted from 1, and what it lacks.
    case entry(Int, Problem)
    /// More than ``Permission/countMax``.
    case tooMany
  }

  package enum Problem: Hashable, Sendable {
    case notAnObject
    case keyUnknown(String)
    /// `permission` is missing, or no `resource.verb`.
    case nameInvalid
    case descriptionInvalid
    /// `scopes` is missing, empty, or has what is no scope or is there twice.
    case scopesInvalid
    /// An earlier element has the same permission.
    case repeated(String)
  }

  package init(_ text: String) throws(Refusal) {
    guard case .array(let elements)? = JSONValue(text) else { throw .malformed }
    guard elements.count <= Permission.countMax else { throw .tooMany }
    var entries: [Entry] = []
    var names: Set<PermissionName> = []
    for (index, element) in elements.enumerated() {
      do throws(Problem) {
        let entry = try Entry(element)
        guard names.insert(entry.name).inserted else { throw .repeated(entry.name.text) }
        entries.append(entry)
      } catch {
        throw .entry(index + 1, error)
      }
    }
    self.entries = entries
  }
}

extension PermissionFile.Problem: Error {}

extension PermissionFile.Entry {
  fileprivate init(_ element: JSONValue) throws(PermissionFile.Problem) {
    guard case .object(let members) = element else { throw .notAnObject }
    let known: Set = ["permission", "description", "scopes"]
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw .keyUnknown(unknown)
    }
    guard case .string(let text)? = members["permission"], let name = PermissionName(text) else {
      throw .nameInvalid
    }
    guard case .string(let words)? = members["description"],
      let description = try? Description(words)
    else { throw .descriptionInvalid }
    guard case .array(let elements)? = members["scopes"], !elements.isEmpty else {
      throw .scopesInvalid
    }
    var scopes: Set<PermissionScope> = []
    for element in elements {
      guard case .string(let text) = element, let scope = PermissionScope(rawValue: text),
        scopes.insert(scope).inserted
      else { throw .scopesInvalid }
    }
    self.init(name: name, description: description, scopes: scopes)
  }
}
