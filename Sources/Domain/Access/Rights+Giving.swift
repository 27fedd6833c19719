extension Rights {
  /// These as their giver must hold them. The scopes `group` and `company` mean the holder's: what
  /// the giver may do in their own groups, a receiver in others could do there as well.
  /// - Parameter receiver: nil: whoever is in a group, or has a role, now or later.
  package func owed(by giver: Subject, to receiver: Subject?) -> Rights {
    let sharesGroups = receiver.map { Set($0.groups).isSubset(of: giver.groups) } ?? false
    let sharesCompany = receiver.map { $0.company == giver.company } ?? false
    return Rights(
      sorted.map { right in
        switch right.scope {
        case .group where !sharesGroups: Right(right.permission, .all)
        case .company where !sharesCompany: Right(right.permission, .all)
        case .holder, .own, .group, .company, .all: right
        }
      })
  }
}

extension Subject {
  /// Checks that this person may take a role of that rank from a group, or change the role itself:
  /// as rule 3 of ``requireManaging(_:within:)``.
  package func requireOutranking(_ other: Int, within reach: Reach) throws(Refusal) {
    switch reach {
    case .all: guard other <= rank else { throw .outranked }
    case .some: guard other < rank else { throw .outranked }
    }
  }
}
