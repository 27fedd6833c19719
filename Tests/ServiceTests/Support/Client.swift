import API
import RPC

/// A backend with its token, as the generated stubs need it.
struct Client: ClientChannel {
  let line: Line
  /// Sent with every call, after the token.
  var metadata: [(name: StaticString, value: String)] = []
  /// Empty: none is sent.
  var token: String

  var users: UserServiceClient<Client> { UserServiceClient(self) }
  var organizations: OrganizationServiceClient<Client> { OrganizationServiceClient(self) }
  var companies: CompanyServiceClient<Client> { CompanyServiceClient(self) }
  var roles: RoleServiceClient<Client> { RoleServiceClient(self) }
  var permissions: PermissionServiceClient<Client> { PermissionServiceClient(self) }
  var tokens: TokenServiceClient<Client> { TokenServiceClient(self) }
  var activity: ActivityServiceClient<Client> { ActivityServiceClient(self) }
  var groups: GroupServiceClient<Client> { GroupServiceClient(self) }

  func open(
    _ method: MethodDescriptor, _ options: CallOptions
  ) async throws(Status) -> ClientUnary {
    ClientUnary(client: self, method: method)
  }

  /// One call, as bytes.
  func call(_ method: MethodDescriptor, _ message: [UInt8]) async -> Reply {
    let tokens: [(name: StaticString, value: String)] =
      token.isEmpty ? [] : [("authorization", "Bearer \(token)")]
    return await line.call(method.path, message, tokens + metadata)
  }

  func with(_ name: StaticString, _ value: String) -> Client {
    var other = self
    other.metadata.append((name, value))
    return other
  }
}

/// One call with one request under way.
final class ClientUnary: ClientCall {
  private let client: Client
  private let method: MethodDescriptor
  private var request: [UInt8] = []
  /// What has not been taken of the answer; nil: it has not come.
  private var rest: ArraySlice<[UInt8]>?
  private var status = Status.ok

  init(client: Client, method: MethodDescriptor) {
    self.client = client
    self.method = method
  }

  func send(_ message: [UInt8]) async throws(Status) {
    request = message
  }

  func finish() async throws(Status) {}

  func next() async throws(Status) -> [UInt8]? {
    if rest == nil {
      let reply = await client.call(method, request)
      status = reply.status
      rest = reply.messages[...]
    }
    if let message = rest?.popFirst() { return message }
    guard status.code == .ok else { throw status }
    return nil
  }
}
