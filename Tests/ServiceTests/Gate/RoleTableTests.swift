import API
import Domain
import RPC
import Service
import TestSupport
import Testing

/// What each predefined role may call, and how far: a method that is not in the table fails.
@Suite struct `The table of roles and methods` {
  private static let templates: [OrganizationSettings.RoleTemplate] = [
    .userManagerAdmin, .readonlyTrainConfigureAdmin, .adminReadOnly,
  ]

  private static let choices: [OrganizationSettings.RoleTemplate: Roster_V1_RoleTemplate] = [
    .userManagerAdmin: .userManagerAdmin,
    .readonlyTrainConfigureAdmin: .readonlyTrainConfigureAdmin,
    .adminReadOnly: .adminReadOnly,
  ]

  private static let methods = ServedMethods.all.filter { $0.rule?.scope == .organization }

  /// The scopes in which a role may call a method; empty: it may not.
  private static func scopes(
    _ role: PredefinedRole, _ method: MethodDescriptor
  ) -> Set<PermissionScope> {
    guard let rule = method.rule else { return [] }
    let held = role.rights.scopes[PermissionName(stored: rule.permission)] ?? []
    return rule.traits.contains(.scoped) ? held : held.filter { $0 == .all }
  }

  @Test func `is the golden one`() throws {
    var lines: [String] = []
    for template in Self.templates {
      let names = template.roles.map(\.key.text).joined(separator: " | ")
      lines.append("\(template.rawValue): \(names)")
      for method in Self.methods {
        let cells = template.roles.map { role in
          let scopes = PermissionScope.allCases.filter { Self.scopes(role, method).contains($0) }
          return scopes.isEmpty ? "-" : scopes.map(\.rawValue).joined(separator: "+")
        }
        lines.append("  \(method.fullName): \(cells.joined(separator: " | "))")
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    #expect(try Golden("roles.txt").differences(from: text) == [])
  }

  @Test func `names only permissions that the catalogue has, in scopes that it allows`()
    async throws
  {
    try await World.with { world in
      let rows = try await world.ask(
        "SELECT permission || ':' || unnest(scopes) FROM roster.permissions")
      let catalogue = Set(rows.compactMap { $0 })
      for method in Self.methods {
        let permission = method.rule?.permission ?? ""
        #expect(catalogue.contains { $0.hasPrefix("\(permission):") }, "\(method.fullName)")
      }
      // The products' own permissions come with the operator's file.
      let products = ["agents.", "analytics."]
      for role in Self.templates.flatMap(\.roles) {
        for right in role.rights.sorted where !products.contains(where: right.text.hasPrefix) {
          #expect(catalogue.contains(right.text), "\(role.key.text)")
        }
      }
    }
  }

  /// Calls every method for a person of every role with nothing but the organization: the gate's
  /// verdict comes first, whatever the method thinks of the rest.
  @Test(arguments: templates)
  func `holds on the wire`(template: OrganizationSettings.RoleTemplate) async throws {
    try await World.with { world in
      var settings = Roster_V1_OrganizationSettings()
      settings.roleTemplate = try #require(Self.choices[template])
      let organization = try await world.organization(settings: settings)
      let request: [UInt8] =
        [0x0A, UInt8(organization.organizationID.utf8.count)] + organization.organizationID.utf8
      // Somebody whom no call takes away.
      _ = try await world.person("admin", in: organization, email: "first@example.com")
      for role in template.roles {
        let (_, client) = try await world.person(role.key.text, in: organization)
        for method in Self.methods {
          let reason = await client.call(method, request).status.reason
          let isRefused = reason == "PERMISSION_MISSING"
          #expect(
            isRefused == Self.scopes(role, method).isEmpty,
            "\(role.key.text) \(method.fullName): \(reason ?? "answered")")
        }
      }
    }
  }
}
