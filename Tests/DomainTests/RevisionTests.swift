import Domain
import Testing

@Suite struct `A revision` {
  @Test func `is an epoch and a transaction, in decimal`() {
    let revision = Revision(epoch: 3, xid: 18_446_744_073_709_551_615)
    #expect(revision.text == "3.18446744073709551615")
    #expect(Revision("3.18446744073709551615") == revision)
  }

  @Test(arguments: [
    "", "3", "3.", ".3", "3.4.5", "+3.4", "03.4", "3.04", "3. 4", "-3.4", "0.4",
    "3.18446744073709551616", "2147483648.1",
  ])
  func `has no other text`(text: String) {
    #expect(Revision(text) == nil)
  }
}

@Suite struct `What is published or stored by name` {
  @Test func `keeps its names`() {
    #expect(
      EventAction.allCases.map(\.rawValue) == [
        "organization.created", "organization.settings_updated", "role.created", "role.updated",
        "role.deleted", "grant.created", "grant.revoked", "grant.expired", "role_request.created",
        "role_request.withdrawn", "role_request.approved", "role_request.denied",
        "role_request.expired", "catalogue.changed", "user.created", "user.updated",
        "user.locked", "user.unlocked", "service_token.created", "service_token.revoked",
        "call.refused",
      ])
    #expect(AccessFeedKind.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(
      Principal.Kind.allCases.map(\.rawValue) == [
        "system", "service_token", "service_identity", "user",
      ])
    #expect(EventOutcome.allCases.map(\.rawValue) == ["succeeded", "refused"])
  }
}
