import API
import Crypto
import Domain
import SwiftProtobuf
import Testing

@testable import Service
@testable import Store

@Suite struct `A claim` {
  private let key = RequestKey(
    organization: OrganizationID(.nil), principal: .system, request: RequestID(.nil))

  @Test func `knows a password again after another key was promoted`() throws {
    let request = Roster_V1_CreateUserRequest.with { $0.initialPassword = "correct horse" }
    let ring = KeyRing.generate()
    let rotated = try #require(ring.rotated())
    let own = request.digestibles(ring)
    #expect(own.count == 1)
    #expect(!own[0].initialPassword.contains("horse"))
    #expect(request.digestibles(rotated).count == 2)
    #expect(request.digestibles(rotated)[0] != own[0])
    #expect(request.digestibles(rotated)[1] == own[0])
    let other = Roster_V1_CreateUserRequest.with { $0.initialPassword = "battery staple" }
    #expect(!other.digestibles(rotated).contains(own[0]))
  }

  @Test func `is for a row with any of its digests`() {
    let claim = Claim(key: key, method: "a.B/C", digests: [[1], [2]])
    for (digest, method, isSame) in [
      ([1] as [UInt8], "a.B/C", true), ([2], "a.B/C", true), ([3], "a.B/C", false),
      ([2], "a.B/D", false),
    ] {
      let stored = RequestClaim(
        method: method, digest: digest, sealedAnswer: [9], xid: 1, isOurs: false, epoch: 1)
      switch claim.outcome(of: stored) {
      case .replay(let answer, _): #expect(isSame && answer == [9])
      case .reused: #expect(!isSame)
      case .claimed, .erased: Issue.record("the row is another transaction's, and answered")
      }
    }
  }

  @Test func `finds that its answer was erased, whatever its digest`() {
    let claim = Claim(key: key, method: "a.B/C", digests: [[1]])
    for (method, isErased) in [("a.B/C", true), ("a.B/D", false)] {
      let stored = RequestClaim(
        method: method, digest: [0], sealedAnswer: [], xid: 1, isOurs: false, epoch: 1)
      switch claim.outcome(of: stored) {
      case .erased: #expect(isErased)
      case .reused: #expect(!isErased)
      case .claimed, .replay: Issue.record("there is nothing to replay")
      }
    }
  }

  @Test func `opens an answer by a clock that is up to a day off`() throws {
    let ring = KeyRing.generate()
    let claim = Claim(key: key, method: "a.B/C", digests: [[1]])
    let noon = Timestamp(microseconds: 1_000 * 86_400_000_000 + 43_200_000_000)
    let sealed = claim.seal([7], ring, at: noon)
    for days in [-1, 0, 1] {
      let day = noon.advanced(by: .seconds(86_400 * days))
      #expect(try claim.open(sealed, ring, at: day) == [7], "\(days)")
    }
    #expect(throws: ServiceFailure.self) {
      try claim.open(sealed, ring, at: noon.advanced(by: .seconds(172_800)))
    }
  }
}
