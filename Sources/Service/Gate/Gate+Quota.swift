import Domain
import EventLoop
import RPC

extension Gate {
  /// - Throws: `quotaExceeded` when the caller's identity makes more calls than it may.
  func checkQuota(_ credential: Credential, _ call: ServerCall) throws(ServiceFailure) {
    guard quotas.isOn else { return }
    let now = credential.loop.loop.now.nanoseconds
    let identity = credential.token.id
    let bucket = credential.quotaBucket ?? quotas.bucket(of: identity, at: now)
    credential.quotaBucket = bucket
    guard case .exceeded(let limit, let wait) = quotas.take(from: bucket, at: now) else { return }
    call.noteQuotaRefused(identity: identity.text)
    // Never zero, which would have it come back at once.
    throw .quotaExceeded(
      callsPerSecond: limit, retryAfter: .milliseconds(Int64(wait / 1_000_000) + 1))
  }
}
