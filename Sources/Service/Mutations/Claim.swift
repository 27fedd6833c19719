import API
import Crypto
import Domain
import RPC
import Store

/// A request id of a caller, with what tells a repetition from another request.
struct Claim {
  let key: RequestKey
  let method: String
  /// SHA-256 of the request's deterministic bytes without its request_id: under the ring's primary
  /// key, which is stored, then under its others, for a key may be promoted between two tries.
  let digests: [[UInt8]]

  /// Nil without a request id, and for `validate_only`, which stores nothing.
  init?(
    _ request: some MutationRequest, _ caller: Caller, _ ring: KeyRing
  ) throws(ServiceFailure) {
    guard !request.requestID.isEmpty else { return nil }
    guard let id = RequestID(canonical: request.requestID) else {
      throw .fault(.requestIDInvalid)
    }
    guard !request.validateOnly else { return nil }
    key = RequestKey(organization: caller.organization, principal: caller.principal, request: id)
    method = caller.method.fullName
    var digests: [[UInt8]] = []
    for var bare in request.digestibles(ring) {
      bare.requestID = ""
      do throws(Status) {
        digests.append(SHA256.hash(try bare.deterministicBytes()).bytes)
      } catch {
        throw .wire(error)
      }
    }
    self.digests = digests
  }

  init(key: RequestKey, method: String, digests: [[UInt8]]) {
    self.key = key
    self.method = method
    self.digests = digests
  }

  var statement: ClaimRequest { ClaimRequest(key, method: method, digest: digests[0]) }

  /// What the row of `key` means for this request.
  func outcome(of stored: RequestClaim) -> RequestClaim.Outcome {
    let own = digests.first { $0 == stored.digest }
    return stored.outcome(method: method, digest: own ?? digests[0])
  }
}

/// Stored answers: sealed, so that one may hold a secret that is kept only as a hash elsewhere.
extension Claim {
  func seal(_ answer: [UInt8], _ ring: KeyRing, at instant: Timestamp) -> [UInt8] {
    ring.seal(answer, for: .replay(day: day(of: instant)), in: context)
  }

  /// - Throws: a mistake of ours, for the row is ours: it was sealed within the last 24 hours.
  func open(
    _ sealed: [UInt8], _ ring: KeyRing, at instant: Timestamp
  ) throws(ServiceFailure) -> [UInt8] {
    let today = day(of: instant)
    // Tomorrow: it was sealed on the database's day, and this clock may be behind.
    for day in [today, today - 1, today + 1] {
      do throws(KeyRing.OpenRefusal) {
        return try ring.open(sealed, for: .replay(day: day), in: context)
      } catch {
        continue
      }
    }
    throw .broken("a stored answer does not open")
  }

  private var context: SealContext {
    var rowKey = Array(key.principal.kind.rawValue.utf8)
    rowKey += key.principal.id.bytes
    rowKey += key.request.uuid.bytes
    let organization = key.organization.uuid
    return SealContext(organization: (organization.high, organization.low), rowKey: rowKey)
  }
}

/// Days since 1970-01-01 UTC.
func day(of instant: Timestamp) -> Int {
  Int(instant.seconds / 86_400)
}

extension UUID128 {
  /// 16 octets.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
