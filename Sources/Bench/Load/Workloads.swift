import API
import ArgumentParser
import Foundation
import SwiftProtobuf

/// Payloads of 12 bytes; the answer has the request's bytes.
struct EchoWorkload: Workload {
  let path = "/roster.bench.v1.EchoService/Echo"
  private let requests: [[UInt8]]

  init() throws {
    requests = try (0..<1 << 12).map { number in
      var message = Roster_Bench_V1_EchoRequest()
      message.payload = Data("echo-\(1_000_000 + number)".utf8)
      return framed(try message.serializedBytes())
    }
  }

  func request(_ index: Int) -> [UInt8] { requests[index & (requests.count - 1)] }

  func isAnswer(_ body: [UInt8], to index: Int) -> Bool { body == request(index) }
}

/// Users by id, in an order that no cache can guess.
struct GetUserWorkload: Workload {
  let path = "/roster.v1.UserService/GetUser"
  private let requests: [[UInt8]]
  private let ids: [[UInt8]]

  /// - Parameter lines: `ORGANIZATION_ID USER_ID`, at least one.
  init(lines: [Substring]) throws {
    var generator = SplitMix(state: 1)
    var requests: [[UInt8]] = []
    var ids: [[UInt8]] = []
    for line in lines.shuffled(using: &generator).prefix(1 << 16) {
      let parts = line.split(separator: " ")
      guard parts.count == 2 else { throw ValidationError("no ids in: \(line)") }
      var message = Roster_V1_GetUserRequest()
      message.organizationID = String(parts[0])
      message.userID = String(parts[1])
      requests.append(framed(try message.serializedBytes()))
      ids.append(Array(parts[1].utf8))
    }
    guard !requests.isEmpty else { throw ValidationError("the file of ids is empty") }
    self.requests = requests
    self.ids = ids
  }

  func request(_ index: Int) -> [UInt8] { requests[index % requests.count] }

  func isAnswer(_ body: [UInt8], to index: Int) -> Bool {
    body.holds(ids[index % ids.count])
  }
}

/// New users, each with its own e-mail address and request id.
struct CreateUserWorkload: Workload {
  let path = "/roster.v1.UserService/CreateUser"
  private let organizationID: String
  /// Sets this run's addresses apart from those of runs before.
  private let run: String

  init(organizationID: String) {
    self.organizationID = organizationID
    run = String(Clock.monotonic, radix: 36)
  }

  func request(_ index: Int) -> [UInt8] {
    var message = Roster_V1_CreateUserRequest()
    message.organizationID = organizationID
    message.user.email = email(index)
    message.user.givenName = "Grace"
    message.user.familyName = "Hopper \(index)"
    message.notify = true
    message.requestID = UUID().uuidString.lowercased()
    return framed((try? message.serializedBytes()) ?? [])
  }

  func isAnswer(_ body: [UInt8], to index: Int) -> Bool { body.holds(Array(email(index).utf8)) }

  private func email(_ index: Int) -> String { "user-\(run)-\(index)@bench.example" }
}

/// A small generator with a fixed seed, so that runs send the same requests.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension [UInt8] {
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    guard count >= part.count else { return false }
    return (0...count - part.count).contains { start in
      self[start] == part[0] && self[start..<start + part.count].elementsEqual(part)
    }
  }
}
