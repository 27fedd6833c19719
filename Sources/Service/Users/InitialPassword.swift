import Crypto
import Domain
import Foundation
import Postgres

/// A password that an administrator chose, checked (NIST SP 800-63B §3.1.1.2: counted in code
/// points, any characters, never cut).
struct InitialPassword {
  static let codePointsMin = 8

  private let bytes: [UInt8]

  /// Nil for an empty text: none was chosen.
  init?(_ text: String) throws(ServiceFailure) {
    guard !text.isEmpty else { return nil }
    let field = "initial_password"
    guard text.utf8.count <= Argon2id.passwordByteCountMax else {
      throw .fault(.over(.passwordBytes(Argon2id.passwordByteCountMax), field: field))
    }
    // The same characters typed on another keyboard must give the same hash.
    let normalized = text.precomposedStringWithCanonicalMapping
    guard normalized.unicodeScalars.count >= Self.codePointsMin else {
      throw .fault(.over(.passwordCodePoints(Self.codePointsMin), field: field))
    }
    bytes = Array(normalized.utf8)
  }

  /// The PHC string to store, made off the loop.
  func hash(_ ground: ServiceGround) async throws(ServiceFailure) -> String {
    let (bytes, ring) = (bytes, ground.ring)
    let outcome: Result<String, Argon2id.Failure>
    do throws(HashPool.Refusal) {
      outcome = try await ground.hashPool.run {
        Result { () throws(Argon2id.Failure) in
          try PasswordHash.make(of: bytes, ring: ring).text
        }
      }
    } catch {
      switch error {
      case .full, .stopped: throw .hashingOverloaded
      case .cancelled: throw .database(.cancelled)
      }
    }
    switch outcome {
    case .success(let text): return text
    case .failure(let failure): throw .broken("Argon2id: \(failure)")
    }
  }
}
