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
    streaming(descriptor, admission) { call, caller throws(Admission.Failure) in
      var admitted = caller
      let requests = RequestStream<Request>(call)
      let request = try await requests.only(for: Admission.self)
      if let organizationID {
        admitted = try await admission.enter(
          organizationID: organizationID(request), descriptor, as: admitted)
      }
      try await body(request, ResponseStream(call), admitted)
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
    streaming(descriptor, admission) { call, caller throws(Admission.Failure) in
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
    streaming(descriptor, admission) { call, caller throws(Admission.Failure) in
      try await body(RequestStream(call), ResponseStream(call), caller)
    }
  }

  private static func streaming<Admission: CallAdmission>(
    _ descriptor: MethodDescriptor, _ admission: Admission,
    _ body:
      @escaping @Sendable (ServerCall, Admission.Caller) async throws(Admission.Failure) -> Void
  ) -> RPC.Method {
    RPC.Method(
      path: descriptor.path, kind: descriptor.kind, admissionClass: descriptor.admissionClass,
      body: .streaming { call async throws(Status) in
        var caller: Admission.Caller?
        do throws(Admission.Failure) {
          let admitted = try await admission.admit(call, to: descriptor)
          caller = admitted
          try await body(call, admitted)
        } catch {
          await admission.failed(error, call, descriptor, as: caller)
          throw error.status
        }
      }
    ).with(descriptor.traits).with(descriptor.options)
  }
}
