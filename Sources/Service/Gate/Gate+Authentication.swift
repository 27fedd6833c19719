import AccessIndex
import Crypto
import Domain
import EventLoop
import Postgres
import RPC
import Store

extension Gate {
  /// The credential of the call: the connection's last one when the header's bytes are the same and
  /// memory still vouches for it, else looked up by its hash.
  func authenticate(_ call: ServerCall) async throws(ServiceFailure) -> Credential {
    guard let header = call.metadata["authorization"] else {
      return try identifyByCertificate(call)
    }
    guard call.metadata.count("authorization") == 1 else { throw .refused(.tokenInvalid) }
    guard let kept = call.connection.attachment as? Credential, let hash = kept.hash else {
      return try await identify(header, call, loop: try currentLoop())
    }
    guard kept.matches(header) else {
      return try await identify(header, call, loop: kept.loop)
    }
    if let version = kept.version, tokens.holds(kept.token, version: version) { return kept }
    return try await find(hash, header: kept.header, call, loop: kept.loop)
  }

  func currentLoop() throws(ServiceFailure) -> ServiceLoop {
    guard let loop = loops.first(where: \.loop.isCurrent) else {
      throw .broken("a call runs on a loop without services")
    }
    return loop
  }

  private func identify(
    _ header: UnsafeRawBufferPointer, _ call: ServerCall, loop: ServiceLoop
  ) async throws(ServiceFailure) -> Credential {
    guard let text = bearerText(header) else { throw .refused(.tokenMissing) }
    let secret: Secret
    do throws(Secret.Refusal) {
      secret = try Secret(parsing: text)
    } catch {
      throw .refused(.tokenInvalid)
    }
    guard secret.kind == .service else { throw .refused(.tokenInvalid) }
    return try await find(
      TokenHash(words: secret.hash.words), header: Array(header), call, loop: loop)
  }

  private func find(
    _ hash: TokenHash, header: [UInt8], _ call: ServerCall, loop: ServiceLoop
  ) async throws(ServiceFailure) -> Credential {
    switch tokens.lookup(hash) {
    case .valid(let token, let version):
      let credential = Credential(
        token, hash: hash, header: header, version: version, loop: loop)
      call.connection.attachment = credential
      return credential
    case .unknown: throw .refused(.tokenInvalid)
    case .stale: return try await ask(hash, header: header, call, loop: loop)
    }
  }

  /// Memory is too old to tell. The answer holds for this call alone.
  private func ask(
    _ hash: TokenHash, header: [UInt8], _ call: ServerCall, loop: ServiceLoop
  ) async throws(ServiceFailure) -> Credential {
    let rows: [ServiceToken]
    do throws(DatabaseError) {
      rows = try await loop.database.read(
        FindServiceTokenByHash(hash: hash.bytes), as: .system,
        deadline: call.deadline.map { MonotonicInstant(nanoseconds: $0) })
    } catch {
      throw ServiceFailure(error)
    }
    guard let token = rows.first else { throw .refused(.tokenInvalid) }
    let credential = Credential(token, hash: hash, header: header, version: nil, loop: loop)
    call.connection.attachment = credential
    return credential
  }
}

/// What follows `Bearer ` (RFC 6750 §2.1; the scheme in any case, RFC 9110 §11.1).
private func bearerText(_ header: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
  let scheme: StaticString = "bearer "
  guard header.count > scheme.utf8CodeUnitCount else { return nil }
  for index in 0..<scheme.utf8CodeUnitCount {
    let byte = header[index]
    let lowered = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    guard lowered == scheme.utf8Start[index] else { return nil }
  }
  return UnsafeRawBufferPointer(rebasing: header[scheme.utf8CodeUnitCount...])
}

extension TokenHash {
  fileprivate var bytes: [UInt8] { SHA256Digest(words: words).bytes }
}
