import API
import Crypto
import SwiftProtobuf

/// What every mutation's request has.
protocol MutationRequest: Message {
  var requestID: String { get set }
  var validateOnly: Bool { get }

  /// The request as its digest sees it: the digest is stored, so a password must not be guessable
  /// from it.
  /// - Returns: one for each key of the ring that it depends on, the primary's first; never none.
  func digestibles(_ ring: KeyRing) -> [Self]
}

extension MutationRequest {
  func digestibles(_ ring: KeyRing) -> [Self] { [self] }
}

/// What every mutation's answer has.
protocol MutationResponse: Message {
  var changed: Bool { get set }
  var revision: String { get set }
}

extension Roster_V1_CreateUserRequest: MutationRequest {
  func digestibles(_ ring: KeyRing) -> [Self] {
    guard !initialPassword.isEmpty else { return [self] }
    let password = Array(initialPassword.utf8)
    return ring.keyIDs.compactMap { ring.key(for: .pepper, id: $0) }.map { pepper in
      var request = self
      request.initialPassword = Hexadecimal.text(HMAC.code(for: password, key: pepper.bytes).bytes)
      return request
    }
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
extension Roster_V1_CreateRoleRequest: MutationRequest {}
extension Roster_V1_CreateRoleResponse: MutationResponse {}
extension Roster_V1_UpdateRoleRequest: MutationRequest {}
extension Roster_V1_UpdateRoleResponse: MutationResponse {}
extension Roster_V1_DeleteRoleRequest: MutationRequest {}
extension Roster_V1_DeleteRoleResponse: MutationResponse {}
extension Roster_V1_GrantRoleRequest: MutationRequest {}
extension Roster_V1_GrantRoleResponse: MutationResponse {}
extension Roster_V1_RevokeGrantRequest: MutationRequest {}
extension Roster_V1_RevokeGrantResponse: MutationResponse {}
extension Roster_V1_SetUserRoleRequest: MutationRequest {}
extension Roster_V1_SetUserRoleResponse: MutationResponse {}
extension Roster_V1_RequestRoleRequest: MutationRequest {}
extension Roster_V1_RequestRoleResponse: MutationResponse {}
extension Roster_V1_WithdrawRoleRequestRequest: MutationRequest {}
extension Roster_V1_WithdrawRoleRequestResponse: MutationResponse {}
extension Roster_V1_DecideRoleRequestRequest: MutationRequest {}
extension Roster_V1_DecideRoleRequestResponse: MutationResponse {}
