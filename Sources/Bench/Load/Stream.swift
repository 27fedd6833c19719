import API
import ArgumentParser
import Foundation
import HTTP2
import SwiftProtobuf

/// `roster-bench stream`: counts the messages of server-streaming calls, every byte compared.
struct Stream: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Receives EchoMany streams and counts their messages, prints JSON.")

  @Option(help: "127.0.0.1:PORT or unix:/PATH.")
  var address: String
  @Option var connections = 4
  @Option(help: "Streams on each connection.")
  var streams = 2
  @Option(help: "Payload bytes of a message.")
  var size = 16
  @Option var warmUp = 1.0
  @Option var seconds = 5.0
  @Option(help: "Processes whose CPU time is counted.")
  var serverPID: [Int32] = []

  func run() throws {
    var request = Roster_Bench_V1_EchoManyRequest()
    request.payload = Data(repeating: 0x61, count: size)
    request.count = .max
    var response = Roster_Bench_V1_EchoResponse()
    response.payload = request.payload
    let pattern = MessagePattern(framed(try response.serializedBytes()))
    let body = framed(try request.serializedBytes())
    let headers = EchoManyWorkload().headers(address: address, token: nil)
    let all = try (0..<connections).map { _ in
      let connection = try StreamConnection(
        socket: ClientSocket(address: address), pattern: pattern)
      for _ in 0..<streams { connection.begin(headers, body) }
      return connection
    }
    let loop = PollLoop(all)
    try loop.run(seconds: warmUp) { _ in }
    let counted = all.reduce(0) { $0 + $1.byteCount }
    let before = Reading(of: serverPID)
    try loop.run(seconds: seconds) { _ in }
    let passed = Reading(of: serverPID).since(before)
    let messages = (all.reduce(0) { $0 + $1.byteCount } - counted) / pattern.frameByteCount
    let failed = all.contains { $0.hasFailed }
    print(
      """
      {"messages": \(messages), "failed": \(failed ? 1 : 0), "seconds": \(passed.wall), \
      "own_cpu_share": \(passed.own / passed.wall), \
      "messages_per_core_second": \(Double(messages) / max(passed.server, 1e-9))}
      """)
    if failed { throw ExitCode.failure }
  }
}

private struct EchoManyWorkload: Workload {
  let path = "/roster.bench.v1.EchoService/EchoMany"
  func request(_ index: Int) -> [UInt8] { [] }
  func isAnswer(_ body: [UInt8], to index: Int) -> Bool { true }
}

/// One message with its prefix, over and over: what a stream must look like from any offset.
struct MessagePattern {
  let frameByteCount: Int
  private let bytes: [UInt8]

  init(_ frame: [UInt8]) {
    frameByteCount = frame.count
    bytes = Array((0...(64 << 10) / frame.count).map { _ in frame }.joined())
  }

  /// Whether `received`, at most a DATA frame, is how a stream goes on after `offset` bytes.
  func continues(_ offset: Int, _ received: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { pattern in
      let start = offset % frameByteCount
      guard start + received.count <= pattern.count else { return false }
      return memcmp(pattern.baseAddress! + start, received.baseAddress!, received.count) == 0
    }
  }
}
