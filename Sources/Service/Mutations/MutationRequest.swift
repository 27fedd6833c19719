import API
import Crypto
import SwiftProtobuf

/// What every mutation's request has.
protocol MutationRequest: Message {
  var requestID: String { get set }
  var validateOnly: Bool { get }

  /// The request as its digest sees it: the digest is stored, so a password must not be guessable
  /// from it.
  func digestible(_ ring: KeyRing) -> Self
}

extension MutationRequest {
  func digestible(_ ring: KeyRing) -> Self { self }
}

/// What every mutation's answer has.
protocol MutationResponse: Message {
  var changed: Bool { get set }
  var revision: String { get set }
}

extension Roster_V1_CreateUserRequest: MutationRequest {
  func digestible(_ ring: KeyRing) -> Self {
    guard !initialPassword.isEmpty else { return self }
    var request = self
    let code = HMAC.code(for: Array(initialPassword.utf8), key: ring.key(for: .pepper).bytes)
    request.initialPassword = Hexadecimal.text(code.bytes)
    return request
  }
}
extension Roster_V1_CreateUserResponse: MutationResponse {}
extension Roster_V1_UpdateUserRequest: MutationRequest {}
extension Roster_V1_UpdateUserResponse: MutationResponse {}
extension Roster_V1_LockUserRequest: MutationRequest {}
extension Roster_V1_LockUserResponse: MutationResponse {}
extension Roster_V1_UnlockUserRequest: MutationRequest {}
extension Roster_V1_UnlockUserResponse: MutationResponse {}
extension Roster_V1_CreateOrganizationRequest: MutationRequest {}
extension Roster_V1_CreateOrganizationResponse: MutationResponse {}
extension Roster_V1_UpdateOrganizationSettingsRequest: MutationRequest {}
extension Roster_V1_UpdateOrganizationSettingsResponse: MutationResponse {}
extension Roster_V1_CreateServiceTokenRequest: MutationRequest {}
extension Roster_V1_CreateServiceTokenResponse: MutationResponse {}
extension Roster_V1_RevokeServiceTokenRequest: MutationRequest {}
extension Roster_V1_RevokeServiceTokenResponse: MutationResponse {}
