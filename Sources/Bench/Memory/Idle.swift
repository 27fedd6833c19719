import ArgumentParser
import Foundation
import HTTP2

/// `roster-bench idle`: holds connections and streams open, so that their memory can be read.
struct Idle: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens connections with idle streams (health Watch), prints `ready`, waits for EOF.")

  @Option(help: "127.0.0.1:PORT or unix:/PATH.")
  var address: String
  @Option var connections = 1_000
  @Option(help: "Streams on each connection, each with a handler that waits.")
  var streams = 0

  func run() throws {
    let headers = WatchWorkload().headers(address: address, token: nil)
    let all = try (0..<connections).map { _ in
      let connection = try WatchConnection(socket: ClientSocket(address: address))
      for _ in 0..<streams { connection.begin(headers) }
      return connection
    }
    let isReady = { all.allSatisfy { $0.isSettled && $0.answerCount == streams } }
    try PollLoop(all).run(seconds: 30, prepare: { _ in }, until: isReady)
    guard isReady() else { throw LoadFailure.connection("not every stream was answered") }
    print("ready")
    fflush(nil)
    while readLine() != nil {}
  }
}

private struct WatchWorkload: Workload {
  let path = "/grpc.health.v1.Health/Watch"
  func request(_ index: Int) -> [UInt8] { framed([]) }
  func isAnswer(_ body: [UInt8], to index: Int) -> Bool { true }
}
