package import RPC
package import SwiftProtobuf

extension RPC.Method {
  /// One request, one response: admission, decoding, organization, handler, encoding.
  ///
  /// - Parameter organizationID: reads field 1 of a request that names its organization.
  package static func unary<Request: Message, Response: Message, Admission: CallAdmission>(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    organizationID: (@Sendable (Request) -> String)?,
    body:
      @escaping @Sendable (Request, Admission.Caller) async throws(Admission.Failure) -> Response
  ) -> RPC.Method {
    RPC.Method(
      path: descriptor.path, kind: .unary, isHot: descriptor.isHot,
      body: .unary { message, call async throws(Status) in
        let response: Response
        do throws(Admission.Failure) {
          var caller = try await admission.admit(call, to: descriptor)
          let request = try Request(decoding: message, for: Admission.self)
          if let organizationID {
            caller = try await admission.enter(
              organizationID: organizationID(request), descriptor, as: caller)
          }
          response = try await body(request, caller)
        } catch {
          throw error.status
        }
        return try response.encoded()
      })
  }
}

extension Message {
  /// As ``init(decoding:)``, with the admission's failure.
  init<Admission: CallAdmission>(
    decoding message: RequestMessage, for admission: Admission.Type
  ) throws(Admission.Failure) {
    do throws(Status) {
      try self.init(decoding: message)
    } catch {
      throw Admission.Failure(error)
    }
  }
}
