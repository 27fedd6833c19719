import API
import ArgumentParser
import Foundation
import SwiftProtobuf

/// `roster-bench pages`: one list, its first page and a later one again and again, one call at a
/// time.
struct Pages: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times pages of ListUsers, checks each, prints JSON.")

  @Option(help: "127.0.0.1:PORT or unix:/PATH.")
  var address: String
  @Option(help: "Service token.")
  var token: String
  @Option var organization: String
  @Option var filter = ""
  @Option var search = ""
  @Option var orderBy = ""
  @Option(help: "Users on a page.")
  var size: Int32 = 50
  @Option(help: "Which page is timed beside the first; when the list ends before, its last.")
  var page = 1_000
  @Option(help: "Calls of each.")
  var count = 200

  func run() throws {
    var request = Roster_V1_ListUsersRequest()
    request.organizationID = organization
    request.filter = filter
    request.search = search
    request.orderBy = orderBy
    request.pageSize = size
    let workload = PageWorkload(request)
    let first = try time(workload, count: count)
    let rowCount = workload.rowCount
    try walk(workload)
    let later = try time(workload, count: count)
    let fields: [(String, String)] = [
      ("failed", "\(first.failureCount + later.failureCount)"),
      (
        "first_failure",
        "\"\((first.firstFailure ?? later.firstFailure ?? "").filter { $0 != "\"" })\""
      ),
      ("rows", "\(rowCount)"), ("later_rows", "\(workload.rowCount)"),
      ("first_p50_us", "\(first.latency(0.5))"), ("first_p99_us", "\(first.latency(0.99))"),
      ("later_p50_us", "\(later.latency(0.5))"), ("later_p99_us", "\(later.latency(0.99))"),
    ]
    print("{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
    if first.failureCount + later.failureCount > 0 { throw ExitCode.failure }
  }

  /// Goes on to where the later page begins, by pages of 1,000.
  private func walk(_ workload: PageWorkload) throws {
    var left = (page - 1) * Int(size)
    workload.message.pageToken = ""
    while left > 0 {
      workload.message.pageSize = Int32(min(left, 1_000))
      let tally = try time(workload, count: 1)
      guard tally.failureCount == 0, !workload.nextToken.isEmpty else { break }
      left -= workload.rowCount
      workload.message.pageToken = workload.nextToken
    }
    workload.message.pageSize = size
  }

  /// A few calls that are not counted come first, so that plans and caches are there.
  private func time(_ workload: PageWorkload, count: Int) throws -> LoadTally {
    let tally = LoadTally(every: 1)
    let connection = try LoadConnection(
      socket: ClientSocket(address: address), workload: workload,
      headers: workload.headers(address: address, token: token), tally: tally)
    let loop = PollLoop([connection])
    let warmUp = count > 1 ? 5 : 0
    for limit in [warmUp, count] where limit > 0 {
      tally.restart()
      var begun = 0
      try loop.run(
        seconds: 120,
        prepare: { connection in
          guard connection.inFlightCount == 0, begun < limit else { return }
          begun += 1
          connection.fill(to: 1)
        },
        until: { begun == limit && connection.inFlightCount == 0 })
    }
    return tally
  }
}

/// The same list again and again; remembers what the last page held.
private final class PageWorkload: Workload {
  let path = "/roster.v1.UserService/ListUsers"
  var message: Roster_V1_ListUsersRequest
  private(set) var rowCount = 0
  private(set) var nextToken = ""

  init(_ message: Roster_V1_ListUsersRequest) {
    self.message = message
  }

  func request(_ index: Int) -> [UInt8] { framed((try? message.serializedBytes()) ?? []) }

  func isAnswer(_ body: [UInt8], to index: Int) -> Bool {
    guard body.count >= 5,
      let response = try? Roster_V1_ListUsersResponse(serializedBytes: Array(body.dropFirst(5)))
    else { return false }
    rowCount = response.users.count
    nextToken = response.nextPageToken
    return nextToken.isEmpty || rowCount == Int(message.pageSize)
  }
}
