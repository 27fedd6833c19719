import Domain
import Postgres
import Store

/// What every mutation asks in flush 1 beside its own questions: the claim first, for a repetition
/// must wait there before it holds anything else.
struct FirstQuestions {
  private let claim: Pending<ClaimRequest>?
  private let epoch: Pending<FindEpoch>?
  private let organization: Pending<FindOrganization>?
  private let lockedOrganization: Pending<FindOrganizationForUpdate>?
  private let administrator: Pending<HasAdministrator>?
  private let actor: Pending<FindSubject>?
  private let actorKey: Pending<FindSubjectKey>?

  init(
    _ batch: inout Batch, _ claim: Claim?, _ caller: Caller, _ reading: OrganizationReading
  ) {
    self.claim = claim.map { batch.add($0.statement) }
    epoch = claim == nil ? batch.add(FindEpoch()) : nil
    organization =
      reading == .shared ? batch.add(FindOrganization(organization: caller.organization)) : nil
    lockedOrganization =
      reading == .locked
      ? batch.add(FindOrganizationForUpdate(organization: caller.organization)) : nil
    administrator =
      reading == .locked
      ? batch.add(HasAdministrator(organization: caller.organization)) : nil
    actor = caller.actingUser.map {
      batch.add(FindSubject(organization: caller.organization, user: $0))
    }
    actorKey = caller.actingUser.map {
      batch.add(FindSubjectKey(organization: caller.organization, subject: $0))
    }
  }

  func answers(
    _ results: BatchResults, _ transaction: Transaction, _ caller: Caller, _ ground: ServiceGround
  ) throws(ServiceFailure) -> FirstFlush {
    do throws(DatabaseError) {
      let claim = try claim.flatMap { (pending) throws(DatabaseError) in try results.row(pending) }
      let epoch = try epoch.flatMap { (pending) throws(DatabaseError) in try results.row(pending) }
      var organization: Organization?
      if let pending = self.organization { organization = try results.row(pending) }
      if let pending = lockedOrganization { organization = try results.row(pending) }
      var actor: Subject?
      if let pending = self.actor { actor = try results.row(pending) }
      let hasAdministrator = try administrator.flatMap { (pending) throws(DatabaseError) in
        try results.row(pending)
      }
      var sealedActorKey: [UInt8]?
      if let pending = actorKey { sealedActorKey = try results.row(pending) }
      return FirstFlush(
        results: results, time: Timestamp(microseconds: transaction.time), claim: claim,
        revision: Revision(epoch: claim?.epoch ?? epoch ?? 0, xid: transaction.xid),
        organization: organization, hasAdministrator: hasAdministrator ?? false, actor: actor,
        sealedActorKey: sealedActorKey)
    } catch {
      throw ServiceFailure(error)
    }
  }
}

/// Whether a mutation reads its organization's row, and locks it.
enum OrganizationReading {
  case none, shared, locked
}

/// What flush 1 found.
struct FirstFlush {
  let results: BatchResults
  /// The transaction's time.
  let time: Timestamp
  let claim: RequestClaim?
  /// Of this transaction.
  let revision: Revision
  let organization: Organization?
  /// Asked only where the organization is locked.
  let hasAdministrator: Bool
  /// The acting person as they are in this transaction.
  let actor: Subject?
  let sealedActorKey: [UInt8]?
  var actorKey: SubjectKey?
}
