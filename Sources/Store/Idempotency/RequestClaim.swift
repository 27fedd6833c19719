package import Domain

/// What ``ClaimRequest`` found.
package struct RequestClaim: Sendable {
  package let method: String
  package let digest: [UInt8]
  package let sealedAnswer: [UInt8]?
  /// The transaction that claimed the key.
  package let xid: UInt64
  /// This transaction is the one that claimed it.
  package let isOurs: Bool
  /// The present epoch, for the revision in the answer.
  package let epoch: Int32

  package enum Outcome: Sendable {
    /// First use: decide, store the answer in the same transaction.
    case claimed
    /// The same request was answered before: roll back, and answer this again. A revocation still
    /// waits until every replica has seen the transaction.
    case replay(sealedAnswer: [UInt8], revision: Revision)
    /// The method was called before, and its answer was erased with the person it told of.
    case erased
    /// The id was used for another method or another request.
    case reused
  }

  package func outcome(method: String, digest: [UInt8]) -> Outcome {
    if isOurs { return .claimed }
    guard self.method == method, let sealedAnswer else { return .reused }
    // The digest was erased too, so that nothing tells whether the request is the same.
    if sealedAnswer.isEmpty { return .erased }
    guard self.digest == digest else { return .reused }
    return .replay(sealedAnswer: sealedAnswer, revision: Revision(epoch: epoch, xid: xid))
  }
}
