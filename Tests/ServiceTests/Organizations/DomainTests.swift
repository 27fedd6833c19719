import API
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `A domain of an organization` {
  private func add(
    _ domain: String, _ organization: Roster_V1_Organization
  ) -> Roster_V1_AddDomainRequest {
    .with {
      $0.organizationID = organization.organizationID
      $0.domain = domain
    }
  }

  private func verify(
    _ domain: String, _ organization: Roster_V1_Organization, asserted: Bool = false
  ) -> Roster_V1_VerifyDomainRequest {
    .with {
      $0.organizationID = organization.organizationID
      $0.domain = domain
      $0.asserted = asserted
    }
  }

  @Test func `is verified by the TXT record it asks for`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let added = try await world.root.organizations.addDomain(add("Bücher.Example", organization))
      #expect(added.changed && added.domain.domain == "xn--bcher-kva.example")
      #expect(added.domain.challengeName == "_roster-challenge.xn--bcher-kva.example")
      #expect(!added.domain.hasVerifyTime)
      let again = try await world.root.organizations.addDomain(add("bücher.example", organization))
      #expect(!again.changed && again.domain == added.domain)

      let request = verify("bücher.example", organization)
      for (answer, reason) in [
        (.texts(["other"]), "CHALLENGE_NOT_FOUND"), (.unavailable, "NAME_SERVERS_UNAVAILABLE"),
      ] as [(TextRecords.Answer, String)] {
        world.names.set(added.domain.challengeName, answer)
        let status = await failure { () throws(Status) in
          try await world.root.organizations.verifyDomain(request)
        }
        #expect(status.reason == reason)
      }
      world.names.set(added.domain.challengeName, .texts(["x", added.domain.challenge]))
      let verified = try await world.root.organizations.verifyDomain(request)
      #expect(verified.changed && verified.domain.hasVerifyTime)
      world.names.set(added.domain.challengeName, .unavailable)
      #expect(try await !world.root.organizations.verifyDomain(request).changed)
      let listed = try await world.root.organizations.listDomains(
        .with { $0.organizationID = organization.organizationID })
      #expect(listed.domains == [verified.domain])
    }
  }

  @Test func `is one organization's once it is verified`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      for organization in [acme, beta] {
        _ = try await world.root.organizations.addDomain(add("example.com", organization))
      }
      #expect(
        try await world.root.organizations.verifyDomain(verify("example.com", acme, asserted: true))
          .changed)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.verifyDomain(
          verify("example.com", beta, asserted: true))
      }
      #expect(status.code == .alreadyExists)
      #expect(status.reason == "DOMAIN_TAKEN")
      _ = try await world.root.organizations.removeDomain(
        .with {
          $0.organizationID = acme.organizationID
          $0.domain = "example.com"
        })
      #expect(
        try await world.root.organizations.verifyDomain(verify("example.com", beta, asserted: true))
          .changed)
      let gone = await failure { () throws(Status) in
        try await world.root.organizations.verifyDomain(verify("example.com", acme))
      }
      #expect(gone.reason == "DOMAIN_NOT_FOUND")
    }
  }

  @Test func `is vouched for by the installation's operator only`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      _ = try await world.root.organizations.addDomain(add("example.com", organization))
      let bound = try await world.client(organizations: [organization])
      let status = await failure { () throws(Status) in
        try await bound.organizations.verifyDomain(
          verify("example.com", organization, asserted: true))
      }
      #expect(status.code == .permissionDenied)
      #expect(status.reason == "INSTALLATION_SCOPE_REQUIRED")
    }
  }

  @Test(arguments: ["localhost", "a b.example", "@example.com", "-a.example", "1.2.3.4"])
  func `is the domain of an address`(_ domain: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.organizations.addDomain(add(domain, organization))
      }
      #expect(status.reason == "DOMAIN_INVALID")
    }
  }

  @Test func `stands beside at most 99 others`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      _ = try await world.ask(
        """
        INSERT INTO roster.organization_domains
          (organization_id, domain, challenge, created_at, updated_at)
        SELECT '\(organization.organizationID)', 'd' || n || '.example', '', now(), now()
          FROM generate_series(1, 99) AS n
        """)
      #expect(
        try await world.root.organizations.addDomain(add("last.example", organization)).changed)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.addDomain(add("more.example", organization))
      }
      #expect(status.reason == "LIST_TOO_LONG")
    }
  }
}
