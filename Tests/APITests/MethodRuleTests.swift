import API
import Foundation
import SwiftProtobuf
import Testing

/// The descriptor set that rosterd embeds, read from the checkout.
let descriptorSet: Google_Protobuf_FileDescriptorSet = {
  let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let file = root.appending(path: "Sources/CSchema/descriptors/roster.binpb")
  do {
    return try Google_Protobuf_FileDescriptorSet(
      serializedBytes: Data(contentsOf: file), extensions: Roster_V1_Options_Extensions)
  } catch {
    preconditionFailure("\(file.path): \(error)")
  }
}()

let descriptors = UserServiceMethods.all + OrganizationServiceMethods.all + TokenServiceMethods.all

@Suite struct `The methods of roster.v1` {
  private var declared: [(service: String, method: Google_Protobuf_MethodDescriptorProto)] {
    descriptorSet.file.filter { $0.package == "roster.v1" }.flatMap { file in
      file.service.flatMap { service in
        service.method.map { ("\(file.package).\(service.name)", $0) }
      }
    }
  }

  @Test func `all declare who may call them, where, and how they run`() {
    #expect(!declared.isEmpty)
    for (service, method) in declared {
      let rule = method.options.Roster_V1_rule
      #expect(method.options.hasRoster_V1_rule, "\(service)/\(method.name)")
      #expect(rule.scope != .unspecified, "\(service)/\(method.name)")
      #expect(rule.admissionClass != .unspecified, "\(service)/\(method.name)")
    }
  }

  @Test func `all have a descriptor, and no descriptor lacks a method`() {
    let names = declared.map { "\($0.service)/\($0.method.name)" }
    #expect(descriptors.map(\.fullName).sorted() == names.sorted())
    #expect(Set(descriptors.map(\.path)).count == descriptors.count)
  }

  @Test func `run by the rule that the proto declares`() throws {
    for (service, method) in declared {
      let name = "\(service)/\(method.name)"
      let rule = try #require(descriptors.first { $0.fullName == name }?.rule)
      let proto = method.options.Roster_V1_rule
      #expect(rule.permission == proto.permission)
      #expect(String(describing: rule.scope) == String(describing: proto.scope))
      #expect(String(describing: rule.admissionClass) == String(describing: proto.admissionClass))
      #expect(rule.traits.contains(.hot) == proto.hot)
      #expect(rule.traits.contains(.idempotent) == proto.idempotent)
      #expect(rule.traits.contains(.narrowing) == proto.narrowing)
      #expect(rule.traits.contains(.writes) == proto.writes)
    }
  }

  @Test func `are idempotent, every one`() {
    for descriptor in descriptors {
      #expect(descriptor.rule?.traits.contains(.idempotent) == true, "\(descriptor.fullName)")
    }
  }
}

@Suite struct `The descriptor set` {
  @Test func `holds every file that one of its files imports`() {
    let names = Set(descriptorSet.file.map(\.name))
    for file in descriptorSet.file {
      #expect(names.isSuperset(of: file.dependency), "\(file.name)")
    }
  }

  @Test func `describes health, reflections and the details of errors, and no bench`() {
    let packages = Set(descriptorSet.file.map(\.package))
    #expect(
      packages == [
        "google.protobuf", "google.rpc", "grpc.health.v1", "grpc.reflection.v1",
        "grpc.reflection.v1alpha", "roster.v1",
      ])
  }

  @Test func `carries the comments of the reference`() throws {
    let file = try #require(descriptorSet.file.first { $0.name == "roster/v1/user_service.proto" })
    let text = file.sourceCodeInfo.location.map(\.leadingComments).joined()
    #expect(text.contains("Creates an active user."))
  }
}
