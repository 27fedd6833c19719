import Domain
import RPC

extension Gate {
  /// The credential of a call without `authorization`: the identity that the connection's
  /// certificate stands for.
  func identifyByCertificate(_ call: ServerCall) throws(ServiceFailure) -> Credential {
    guard let peer = call.connection.peerIdentity else { throw .refused(.tokenMissing) }
    // Read first: a replacement in between is found by the next call.
    let version = identities.version
    if let kept = call.connection.attachment as? Credential, kept.hash == nil,
      kept.version == version
    {
      return kept
    }
    guard let identity = identities.find(peer.uri) else {
      throw .refused(.certificateUnknown(uri: peer.uri))
    }
    let credential = Credential(identity, version: version, loop: try currentLoop())
    call.connection.attachment = credential
    return credential
  }
}
