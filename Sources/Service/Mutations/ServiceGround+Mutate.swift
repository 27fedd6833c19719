import API
import Crypto
import Domain
import Postgres
import RPC
import Store
import SwiftProtobuf

/// How a mutation runs, beside what it reads and decides.
struct MutationPlan {
  /// In whose name; nil: in the organization the caller is in.
  var scope: Scope?
  var organization = OrganizationReading.shared
  /// `bulk` for what may change more rows than fit into two seconds.
  var kind = StatementKind.write
  /// Writes the key of what was narrowed again: a repeated revocation, too, returns only when every
  /// replica has seen a transaction of its own.
  var repeating: ((inout Batch) -> Void)?
}

extension ServiceGround {
  /// Runs a mutation in two flushes: (1) claim, organization, the reads of `read`; then `decide`
  /// says what (2) writes, with its events and the stored answer, and COMMIT.
  ///
  /// - A repetition gets the first answer; `decide` does not run.
  /// - With `validate_only` flush 2 is sent, so that every constraint speaks, and rolled back.
  func mutate<Request: MutationRequest, Response: MutationResponse, Found>(
    _ request: Request, for caller: Caller, _ plan: MutationPlan = MutationPlan(),
    reading read: (inout Batch) -> Found,
    deciding decide: (Found, inout Mutation) throws(ServiceFailure) -> Response
  ) async throws(ServiceFailure) -> Response {
    let claim = try Claim(request, caller, ring)
    let transaction = try await begin(plan, caller)

    // 1. Claim, lock, read.
    var first = Batch()
    let questions = FirstQuestions(&first, claim, caller, plan.organization)
    let found = read(&first)
    let results = try await flush(first, transaction, claim)
    var answers = try questions.answers(results, transaction, caller, self)
    if let claim, let earlier = answers.claim {
      let repeated: Response? = try await replay(claim, earlier, answers, plan, transaction)
      if let repeated {
        caller.loop.replayCount &+= 1
        return caller.told(repeated)
      }
    }

    // 2. Decide.
    if plan.organization != .none {
      guard let organization = answers.organization else {
        throw .missing(.organization(caller.organization))
      }
      guard organization.state == .active else { throw .organizationSuspended }
    }
    answers.actorKey = try actorKey(answers, caller)
    var mutation = Mutation(
      self, try caller.renewed(by: answers.actor), answers, requestID: claim?.key.request)
    var response = try decide(found, &mutation)

    // 3. Write, or only try to.
    if request.validateOnly {
      try await tryOut(&mutation, transaction)
      return response
    }
    response.revision = answers.revision.text
    do throws(ServiceFailure) {
      try await commit(&mutation, response, claim, transaction)
    } catch {
      guard case .outcomeUnknown = error, let claim else { throw error }
      return caller.told(try await resolve(claim, plan.scope ?? caller.scope, caller))
    }
    return caller.told(response)
  }

  private func begin(
    _ plan: MutationPlan, _ caller: Caller
  ) async throws(ServiceFailure) -> Transaction {
    do throws(DatabaseError) {
      return try await caller.database.begin(
        as: plan.scope ?? caller.scope, kind: plan.kind, deadline: caller.deadline)
    } catch {
      throw ServiceFailure(error)
    }
  }

  private func flush(
    _ batch: consuming Batch, _ transaction: Transaction, _ claim: Claim?
  ) async throws(ServiceFailure) -> BatchResults {
    do throws(DatabaseError) {
      return try await transaction.flush(batch)
    } catch {
      // The claim is the first to wait, so the lock is most likely its own.
      if error == .lockTimeout, claim != nil { throw .requestInFlight }
      throw ServiceFailure(error)
    }
  }

  private func actorKey(
    _ answers: FirstFlush, _ caller: Caller
  ) throws(ServiceFailure) -> SubjectKey? {
    guard let user = caller.actingUser, let sealed = answers.sealedActorKey else { return nil }
    return try SubjectKey(opening: sealed, of: user, in: caller.organization, ring)
  }

  private func tryOut(
    _ mutation: inout Mutation, _ transaction: Transaction
  ) async throws(ServiceFailure) {
    if let next = mutation.nextOrganization?.uuid {
      transaction.setOrganization(high: next.high, low: next.low)
    }
    do throws(DatabaseError) {
      _ = try await transaction.flush(mutation.takeChanges())
    } catch {
      throw ServiceFailure(error)
    }
    await transaction.rollback()
  }
}

extension Caller {
  /// With the rights that the acting person has in this transaction: what the gate found may have
  /// been taken away since.
  fileprivate func renewed(by actor: Subject?) throws(ServiceFailure) -> Caller {
    guard actingUser != nil else { return self }
    guard let actor, actor.isAble else {
      throw .refused(.actingUserInvalid(in: organization))
    }
    var renewed = self
    renewed.authorization = try .person(actor, method)
    return renewed
  }

  /// Says in the trailers what a mutation waited for.
  fileprivate func told<Response: MutationResponse>(_ response: Response) -> Response {
    call.trailingMetadata.add("roster-barrier", "none")
    return response
  }
}

// MARK: - Commit and replay

extension ServiceGround {
  private func commit(
    _ mutation: inout Mutation, _ response: some MutationResponse, _ claim: Claim?,
    _ transaction: Transaction
  ) async throws(ServiceFailure) {
    let answer = try claim.map { (claim) throws(ServiceFailure) in
      StoreAnswer(
        claim.key, sealedAnswer: claim.seal(try bytes(response), ring, at: mutation.now))
    }
    do throws(DatabaseError) {
      if let next = mutation.nextOrganization?.uuid {
        // The claim's row is of the present context, which ends here.
        if let answer {
          var own = Batch()
          own.add(answer)
          _ = try await transaction.flush(own)
        }
        transaction.setOrganization(high: next.high, low: next.low)
      } else if let answer {
        mutation.changes.add(answer)
      }
      _ = try await transaction.commit(mutation.takeChanges())
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// The answer of the first call with this request id; nil when this is the first.
  private func replay<Response: MutationResponse>(
    _ claim: Claim, _ earlier: RequestClaim, _ answers: FirstFlush, _ plan: MutationPlan,
    _ transaction: Transaction
  ) async throws(ServiceFailure) -> Response? {
    switch claim.outcome(of: earlier) {
    case .claimed: return nil
    case .reused: throw .requestIDReused
    case .replay(let sealed, _):
      let opened = try claim.open(sealed, ring, at: answers.time)
      let response: Response = try message(opened)
      // One that changed nothing, too: an earlier call, whose caller may not have waited, did.
      guard let repeating = plan.repeating else {
        await transaction.rollback()
        return response
      }
      var batch = Batch()
      repeating(&batch)
      do throws(DatabaseError) {
        _ = try await transaction.commit(batch)
      } catch {
        throw ServiceFailure(error)
      }
      return response
    }
  }

  /// The answer of an earlier call with this request id, for methods that compute long before they
  /// claim it; nil when there is none, or none that can be read: the claim decides then.
  func earlierAnswer<Response: MutationResponse>(
    to request: some MutationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Response? {
    guard let claim = try Claim(request, caller, ring),
      let stored = try await caller.read(FindAnswer(claim.key)).first
    else { return nil }
    if case .reused = claim.outcome(of: stored) { throw .requestIDReused }
    let response: Response? = answer(stored, claim)
    guard let response else { return nil }
    caller.loop.replayCount &+= 1
    return caller.told(response)
  }

  /// What became of a COMMIT whose answer was lost: the stored answer exists when it took effect.
  private func resolve<Response: MutationResponse>(
    _ claim: Claim, _ scope: Scope, _ caller: Caller
  ) async throws(ServiceFailure) -> Response {
    let stored: RequestClaim?
    do throws(ServiceFailure) {
      stored = try await caller.read(FindAnswer(claim.key), as: scope).first
    } catch {
      throw .outcomeUnknown
    }
    guard let stored, let response: Response = answer(stored, claim) else {
      throw .outcomeUnknown
    }
    return response
  }

  private func answer<Response: MutationResponse>(
    _ stored: RequestClaim, _ claim: Claim
  ) -> Response? {
    guard case .replay(let sealed, _) = claim.outcome(of: stored) else { return nil }
    do throws(ServiceFailure) {
      return try message(try claim.open(sealed, ring, at: now()))
    } catch {
      return nil
    }
  }

  private func bytes(_ response: some MutationResponse) throws(ServiceFailure) -> [UInt8] {
    do throws(Status) {
      return try response.deterministicBytes()
    } catch {
      throw .wire(error)
    }
  }

  private func message<Response: MutationResponse>(
    _ bytes: [UInt8]
  ) throws(ServiceFailure) -> Response {
    do throws(Status) {
      return try Response(decoding: RequestMessage(bytes))
    } catch {
      throw .broken("a stored answer is no \(Response.protoMessageName)")
    }
  }
}
