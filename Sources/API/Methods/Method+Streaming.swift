package import RPC
package import SwiftProtobuf

extension RPC.Method {
  /// One request, any number of responses.
  package static func serverStreaming<
    Request: Message, Response: Message, Admission: CallAdmission
  >(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    organizationID: (@Sendable (Request) -> String)?,
    body:
      @escaping @Sendable (Request, ResponseStream<Response>, Admission.Caller)
      async throws(Admission.Failure) -> Void
  ) -> RPC.Method {
    streaming(descriptor) { call throws(Admission.Failure) in
      var caller = try await admission.admit(call, to: descriptor)
      let requests = RequestStream<Request>(call)
      let request = try await requests.only(for: Admission.self)
      if let organizationID {
        caller = try await admission.enter(
          organizationID: organizationID(request), descriptor, as: caller)
      }
      try await body(request, ResponseStream(call), caller)
    }
  }

  /// Any number of requests, one response.
  package static func clientStreaming<
    Request: Message, Response: Message, Admission: CallAdmission
  >(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    body:
      @escaping @Sendable (RequestStream<Request>, Admission.Caller)
      async throws(Admission.Failure) -> Response
  ) -> RPC.Method {
    streaming(descriptor) { call throws(Admission.Failure) in
      let caller = try await admission.admit(call, to: descriptor)
      let response = try await body(RequestStream(call), caller)
      do throws(Status) {
        try await ResponseStream(call).send(response)
      } catch {
        throw Admission.Failure(error)
      }
    }
  }

  /// Any number both ways.
  package static func bidirectional<
    Request: Message, Response: Message, Admission: CallAdmission
  >(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    body:
      @escaping @Sendable (RequestStream<Request>, ResponseStream<Response>, Admission.Caller)
      async throws(Admission.Failure) -> Void
  ) -> RPC.Method {
    streaming(descriptor) { call throws(Admission.Failure) in
      let caller = try await admission.admit(call, to: descriptor)
      try await body(RequestStream(call), ResponseStream(call), caller)
    }
  }

  private static func streaming<Failure: CallFailure>(
    _ descriptor: MethodDescriptor,
    _ body: @escaping @Sendable (ServerCall) async throws(Failure) -> Void
  ) -> RPC.Method {
    RPC.Method(
      path: descriptor.path, kind: descriptor.kind,
      body: .streaming { call async throws(Status) in
        do throws(Failure) {
          try await body(call)
        } catch {
          throw error.status
        }
      })
  }
}
