import API
import RPC
import Testing

@Suite struct `The rule of a method` {
  @Test func `says how large a request may be and how long a call may take`() {
    let create = TokenServiceMethods.createServiceToken.options
    #expect(create.messageSizeMax == 1 << 20)
    #expect(create.deadlineMax == .seconds(30))
    #expect(create.answersSecret)
    let list = TokenServiceMethods.listServiceTokens.options
    #expect(list.messageSizeMax == 65_536)
    #expect(list.deadlineMax == .seconds(120))
    #expect(!list.answersSecret)
  }

  @Test func `bounds every call of one answer`() {
    let methods =
      OrganizationServiceMethods.all + TokenServiceMethods.all + UserServiceMethods.all
      + GroupServiceMethods.all + PermissionServiceMethods.all + RoleServiceMethods.all
    for method in methods where method.kind.hasSingleResponse {
      #expect(method.options.deadlineMax != nil, "\(method.path)")
    }
  }

  /// 4 MiB of empty elements take a loop 0.2 s to decode; a megabyte is a list of rights.
  @Test func `bounds what a loop may have to decode`() {
    let methods =
      OrganizationServiceMethods.all + TokenServiceMethods.all + UserServiceMethods.all
    for method in methods {
      let isWide = method === TokenServiceMethods.createServiceToken
      let size = method.options.messageSizeMax ?? .max
      #expect(size <= (isWide ? 1 << 20 : 128 << 10), "\(method.path)")
    }
  }

  @Test func `marks as secret what answers one`() {
    let methods =
      OrganizationServiceMethods.all + TokenServiceMethods.all + UserServiceMethods.all
      + GroupServiceMethods.all + PermissionServiceMethods.all + RoleServiceMethods.all
    #expect(
      methods.filter(\.options.answersSecret).map(\.fullName)
        == ["roster.v1.TokenService/CreateServiceToken"])
  }

  @Test func `has a deadline of its own before that of its class`() {
    let rule = MethodRule(
      permission: "a.b", scope: .caller, admissionClass: .check, traits: [],
      messageSizeMax: 7, deadlineMax: .milliseconds(250))
    let method = MethodDescriptor(service: "a.B", name: "C", kind: .unary, rule: rule)
    #expect(method.options.deadlineMax == .milliseconds(250))
    #expect(method.options.messageSizeMax == 7)
    let stream = MethodDescriptor(
      service: "a.B", name: "D", kind: .serverStreaming,
      rule: MethodRule(permission: "a.b", scope: .caller, admissionClass: .bulk, traits: []))
    #expect(stream.options.deadlineMax == nil)
  }

  @Test func `is nothing outside our own package`() {
    let method = MethodDescriptor(service: "a.B", name: "C", kind: .unary)
    #expect(method.options == MethodOptions())
  }
}
