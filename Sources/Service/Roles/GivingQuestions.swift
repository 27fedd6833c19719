import Domain
import Postgres
import Store

/// What a mutation that gives rights asks in flush 1, beside the acting person: which of their
/// roles last how long.
struct GivingQuestions {
  private let held: Pending<FindHeldRoles>?

  init(_ batch: inout Batch, _ caller: Caller) {
    held = caller.actingUser.map {
      batch.add(FindHeldRoles(organization: caller.organization, user: $0))
    }
  }

  /// Checks that the actor may give all of it. A backend for itself gives what its token lets it.
  ///
  /// 1. The actor holds every right, as it is owed to that receiver, and a rank as high.
  /// 2. And for as long as they are given.
  /// - Parameters:
  ///   - receiver: nil: whoever is in a group, or has a role, now or later.
  ///   - end: when what is given ends; nil: it doesn't.
  func require(
    _ holding: Holding, to receiver: Subject?, until end: Timestamp?,
    _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    guard let actor = mutation.actor, let held else { return }
    let owed = holding.rights.owed(by: actor, to: receiver)
    try mutation.requireCovering(owed, rank: holding.rank)
    let lasting = try mutation.rows(held).lasting(until: end)
    if let sooner = owed.subtracting(lasting.rights).sorted.first {
      throw .refused(.rightsExpireSooner(sooner.text))
    }
    guard holding.rank <= lasting.rank else { throw .refused(.rankTooLow) }
  }
}

extension Mutation {
  /// Checks that the actor may change a role, or take it from a group.
  func requireOutranking(_ role: Role) throws(ServiceFailure) {
    guard let actor else { return }
    do throws(Subject.Refusal) {
      try actor.requireOutranking(role.content.rank, within: caller.reach)
    } catch {
      throw .refused(.rankTooLow)
    }
  }
}
