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
      admissionClass: descriptor.admissionClass,
      body: .unary { message, call async throws(Status) in
        let response: Response
        var caller: Admission.Caller?
        do throws(Admission.Failure) {
          var admitted = try await admission.admit(call, to: descriptor)
          caller = admitted
          let request = try Request(decoding: message, for: Admission.self)
          if let organizationID {
            admitted = try await admission.enter(
              organizationID: organizationID(request), descriptor, as: admitted)
            caller = admitted
          }
          response = try await body(request, admitted)
        } catch {
          await admission.failed(error, call, descriptor, as: caller)
          throw error.status
        }
        return try response.encoded(as: call.codec)
      }
    ).with(descriptor.traits).with(descriptor.options)
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
