import ArgumentParser
import Foundation
import Glibc

/// `roster-bench load`: a closed loop of checked calls on one thread.
struct Load: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Calls a method as fast as the answers come, checks each, prints JSON.")

  enum Method: String, CaseIterable, ExpressibleByArgument {
    case echo
    case getUser = "get-user"
    case createUser = "create-user"
  }

  @Option(help: "127.0.0.1:PORT or unix:/PATH.")
  var address: String

  @Option var method = Method.echo
  @Option var connections = 8
  @Option(help: "Calls in flight on each connection.")
  var streams = 64
  @Option(help: "Seconds before counting begins.")
  var warmUp = 1.0
  @Option var seconds = 5.0
  @Option(help: "Service token.")
  var token: String?
  @Option(help: "File with a line `ORGANIZATION_ID USER_ID` for each user, for get-user.")
  var ids: String?
  @Option(help: "For create-user.")
  var organization: String?
  @Option(help: "Processes whose CPU time is counted.")
  var serverPID: [Int32] = []

  func run() throws {
    let tally = LoadTally()
    let workload = try workload()
    let headers = workload.headers(address: address, token: token)
    let all = try (0..<connections).map { _ in
      try LoadConnection(
        socket: ClientSocket(address: address), workload: workload, headers: headers, tally: tally)
    }
    let loop = PollLoop(all)
    try loop.run(seconds: warmUp) { $0.fill(to: streams) }
    tally.restart()
    let before = Reading(of: serverPID)
    try loop.run(seconds: seconds) { $0.fill(to: streams) }
    let after = Reading(of: serverPID)
    let report = LoadReport(tally: tally, successCount: tally.successCount, after.since(before))
    try loop.run(seconds: 10) { _ in
    } until: {
      all.allSatisfy { $0.inFlightCount == 0 }
    }
    print(report.json)
    if tally.failureCount > 0 { throw ExitCode.failure }
  }

  private func workload() throws -> any Workload {
    switch method {
    case .echo: return try EchoWorkload()
    case .getUser:
      guard let ids else { throw ValidationError("get-user needs --ids") }
      let text = try String(contentsOfFile: ids, encoding: .utf8)
      return try GetUserWorkload(lines: text.split(separator: "\n"))
    case .createUser:
      guard let organization else { throw ValidationError("create-user needs --organization") }
      return CreateUserWorkload(organizationID: organization)
    }
  }
}

/// The clocks at one moment.
struct Reading {
  var wall = Clock.monotonic
  var own = Clock.ownCPU
  var server: UInt64

  init(of processes: [Int32]) {
    server = processes.reduce(0) { $0 + Clock.cpu(of: $1) }
  }

  /// What has passed, in seconds.
  func since(_ earlier: Reading) -> (wall: Double, own: Double, server: Double) {
    (
      Double(wall - earlier.wall) / 1e9, Double(own - earlier.own) / 1e9,
      Double(server - earlier.server) / 1e9
    )
  }
}

struct LoadReport {
  let json: String

  init(tally: LoadTally, successCount: Int, _ passed: (wall: Double, own: Double, server: Double)) {
    let perCall = successCount > 0 ? passed.server / Double(successCount) * 1e6 : 0
    let failure = tally.firstFailure ?? ""
    let fields: [(String, String)] = [
      ("calls", "\(successCount)"),
      ("failed", "\(tally.failureCount)"),
      ("first_failure", "\"\(failure.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline })\""),
      ("seconds", "\(passed.wall)"),
      ("calls_per_second", "\(Double(successCount) / passed.wall)"),
      ("own_cpu_share", "\(passed.own / passed.wall)"),
      ("server_cpu_us_per_call", "\(perCall)"),
      ("p50_us", "\(tally.latency(0.5))"),
      ("p99_us", "\(tally.latency(0.99))"),
    ]
    json = "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }
}
