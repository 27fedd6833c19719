import AccessIndex
import EventLoop

extension TokenService {
  /// Returns when every replica knows of the transaction that has just committed, or asks the
  /// database. Whoever cancels has stopped to wait, and the change stands.
  func waitForReplicas(_ caller: Caller) async {
    do throws(CancellationError) {
      try await caller.loop.loop.sleep(for: ServiceTokens.revocationWait)
    } catch {
      return
    }
  }
}
