import API
import RPC
import Testing

@Suite struct `JSON of a message` {
  private func decode(_ text: String) throws(Status) -> Roster_V1_CreateUserRequest {
    try Roster_V1_CreateUserRequest(decoding: RequestMessage(Array(text.utf8), codec: .json))
  }

  @Test(arguments: [
    #"{"organizationId":"o","user":{"email":"a@b.example","displayName":"A"}}"#,
    // The names of the proto are as good (protobuf.dev, "ProtoJSON Format").
    #" { "organization_id" : "o", "user": {"email":"a@b.example", "display_name":"A"} } "#,
  ])
  func `is decoded by either name of a field`(text: String) throws {
    let request = try decode(text)
    #expect(request.organizationID == "o")
    #expect(request.user.email == "a@b.example")
    #expect(request.user.displayName == "A")
  }

  @Test(arguments: [
    (#"{"emial":"x"}"#, "emial"), (#"{"user":{"emial":"x"}}"#, "emial"),
    (#"{"user":{"email":"x"},"Notify":true}"#, "Notify"),
  ])
  func `with a field that is not the type's is refused by its name`(
    text: String, field: String
  ) {
    let status = #expect(throws: Status.self) { try decode(text) }
    #expect(status?.code == .invalidArgument)
    #expect(status?.reason == "MESSAGE_MALFORMED")
    #expect(status?.message.contains("has no field \"\(field)\"") == true)
    guard case .badRequest(let violations)? = status?.details.last else {
      Issue.record("no violation")
      return
    }
    #expect(violations.map(\.field) == [field])
  }

  @Test(arguments: [
    ("", "ends too early"), ("{", "ends too early"), ("[]", "not valid JSON"),
    (#"{"notify":1}"#, "neither true nor false"), (#"{"requestId":1}"#, "a string is missing"),
    (#"{"kind":"USER_KIND_X"}"#, "an enum has no such value"), ("{} {}", "follows after its end"),
    (#"{"user":{"attributes":{a:"b"}}}"#, "not in quotes"),
  ])
  func `that is malformed is the caller's fault`(text: String, what: String) {
    let status = #expect(throws: Status.self) { try decode(text) }
    #expect(status?.code == .invalidArgument)
    #expect(status?.reason == "MESSAGE_MALFORMED")
    #expect(status?.message.contains(what) == true, "\(status?.message ?? "")")
  }

  @Test func `is written with the names of JSON, maps in order`() throws {
    var request = Roster_V1_CreateUserRequest()
    request.organizationID = "o"
    for key in ["c", "a", "b"] { request.user.attributes[key] = "x" }
    let text = String(decoding: try request.encoded(as: .json).bytes, as: UTF8.self)
    #expect(
      text
        == #"{"organizationId":"o","user":{"attributes":{"a":"x","b":"x","c":"x"}}}"#)
  }

  @Test func `is read of every method`() {
    let all =
      UserServiceMethods.all + OrganizationServiceMethods.all + TokenServiceMethods.all
      + GroupServiceMethods.all
    for method in all {
      // What Connect may GET changes nothing, and everything that changes nothing it may.
      #expect(method.hasNoSideEffects == (method.rule?.traits.contains(.writes) == false))
    }
    #expect(all.count > 15)
  }
}
