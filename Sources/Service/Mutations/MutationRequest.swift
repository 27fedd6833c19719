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
extension Roster_V1_CreateGroupRequest: MutationRequest {}
extension Roster_V1_CreateGroupResponse: MutationResponse {}
extension Roster_V1_UpdateGroupRequest: MutationRequest {}
extension Roster_V1_UpdateGroupResponse: MutationResponse {}
extension Roster_V1_DeleteGroupRequest: MutationRequest {}
extension Roster_V1_DeleteGroupResponse: MutationResponse {}
extension Roster_V1_AddMemberRequest: MutationRequest {}
extension Roster_V1_AddMemberResponse: MutationResponse {}
extension Roster_V1_RemoveMemberRequest: MutationRequest {}
extension Roster_V1_RemoveMemberResponse: MutationResponse {}
extension Roster_V1_BatchAddMembersRequest: MutationRequest {}
extension Roster_V1_BatchAddMembersResponse: MutationResponse {}
extension Roster_V1_BatchRemoveMembersRequest: MutationRequest {}
extension Roster_V1_BatchRemoveMembersResponse: MutationResponse {}
extension Roster_V1_SetUserGroupsRequest: MutationRequest {}
extension Roster_V1_SetUserGroupsResponse: MutationResponse {}
extension Roster_V1_CreateServiceTokenRequest: MutationRequest {}
extension Roster_V1_CreateServiceTokenResponse: MutationResponse {}
extension Roster_V1_RevokeServiceTokenRequest: MutationRequest {}
extension Roster_V1_RevokeServiceTokenResponse: MutationResponse {}
extension Roster_V1_CreateCompanyRequest: MutationRequest {}
extension Roster_V1_CreateCompanyResponse: MutationResponse {}
extension Roster_V1_UpdateCompanyRequest: MutationRequest {}
extension Roster_V1_UpdateCompanyResponse: MutationResponse {}
extension Roster_V1_DeleteCompanyRequest: MutationRequest {}
extension Roster_V1_DeleteCompanyResponse: MutationResponse {}
extension Roster_V1_MoveUsersRequest: MutationRequest {}
extension Roster_V1_MoveUsersResponse: MutationResponse {}
extension Roster_V1_VerifyEmailRequest: MutationRequest {}
extension Roster_V1_VerifyEmailResponse: MutationResponse {}
extension Roster_V1_DeactivateUserRequest: MutationRequest {}
extension Roster_V1_DeactivateUserResponse: MutationResponse {}
extension Roster_V1_ReactivateUserRequest: MutationRequest {}
extension Roster_V1_ReactivateUserResponse: MutationResponse {}
extension Roster_V1_DeleteUserRequest: MutationRequest {}
extension Roster_V1_DeleteUserResponse: MutationResponse {}
extension Roster_V1_UndeleteUserRequest: MutationRequest {}
extension Roster_V1_UndeleteUserResponse: MutationResponse {}
extension Roster_V1_DeactivateInactiveUsersRequest: MutationRequest {}
extension Roster_V1_DeactivateInactiveUsersResponse: MutationResponse {}
extension Roster_V1_UpdateOrganizationRequest: MutationRequest {}
extension Roster_V1_UpdateOrganizationResponse: MutationResponse {}
extension Roster_V1_SuspendOrganizationRequest: MutationRequest {}
extension Roster_V1_SuspendOrganizationResponse: MutationResponse {}
extension Roster_V1_ResumeOrganizationRequest: MutationRequest {}
extension Roster_V1_ResumeOrganizationResponse: MutationResponse {}
extension Roster_V1_AddDomainRequest: MutationRequest {}
extension Roster_V1_AddDomainResponse: MutationResponse {}
extension Roster_V1_VerifyDomainRequest: MutationRequest {}
extension Roster_V1_VerifyDomainResponse: MutationResponse {}
extension Roster_V1_RemoveDomainRequest: MutationRequest {}
extension Roster_V1_RemoveDomainResponse: MutationResponse {}
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
