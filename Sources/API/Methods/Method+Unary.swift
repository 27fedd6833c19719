package import RPC
package import SwiftProtobuf

extension RPC.Method {
  /// One request, one response: admission, decoding, organization, handler, encoding.
  ///
  /// - Parameters:
  ///   - organizationID: reads field 1 of a request that names its organization.
  ///   - immediate: answers from memory what it can; `body` does the rest, failures included.
  package static func unary<Request: Message, Response: Message, Admission: CallAdmission>(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    organizationID: (@Sendable (Request) -> String)?,
    immediate: (@Sendable (Request, Admission.Caller) -> Response?)? = nil,
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
    ).with(descriptor.traits).with(descriptor.options).answering(
      atOnce: immediate.map { Self.immediate(descriptor, admission, organizationID, $0) })
  }
}

extension RPC.Method {
  private static func immediate<Request: Message, Response: Message, Admission: CallAdmission>(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    _ organizationID: (@Sendable (Request) -> String)?,
    _ answer: @escaping @Sendable (Request, Admission.Caller) -> Response?
  ) -> ImmediateBody {
    { message, call in
      guard var caller = admission.admitAtOnce(call, to: descriptor),
        let request = try? Request(decoding: message)
      else { return nil }
      if let organizationID {
        guard
          let entered = admission.enterAtOnce(
            organizationID: organizationID(request), descriptor, as: caller)
        else { return nil }
        caller = entered
      }
      return try? answer(request, caller)?.encoded(as: call.codec)
    }
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
