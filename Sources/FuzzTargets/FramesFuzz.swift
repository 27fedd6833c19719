internal import HTTP2
internal import RPC

/// Bytes of a connection as they come: the first says how they are cut into reads, and whether
/// the preface goes before them.
enum FramesFuzz {
  static func run(_ input: UnsafeRawBufferPointer) {
    guard let options = input.first else { return }
    let host = FuzzHost()
    guard let connection = makeConnection(host) else { return }
    var output = OutputBuffer(capacity: 1024)
    var bytes = Array(input.dropFirst())
    if options & 1 == 0 { bytes = FuzzFrames.start + bytes }
    let chunkSize = options & 2 == 0 ? bytes.count : Int(options >> 2) + 1
    var start = 0
    while start < bytes.count {
      let end = min(start + chunkSize, bytes.count)
      let outcome = bytes[start..<end].withUnsafeBytes { connection.receive($0) }
      host.runHandlers()
      _ = connection.produce(into: &output, upTo: 1 << 16)
      output.removeAll()
      if outcome != .open { break }
      start = end
    }
    host.checkNothingIsLeft(of: connection)
  }

  static func makeConnection(_ host: FuzzHost) -> ServerConnection? {
    var limits = ServerLimits()
    limits.messageSizeMax = 4_096
    limits.assemblySizeMax = 3_000
    limits.callsMax = 8
    var sessionLimits = SessionLimits()
    sessionLimits.streamWindowSize = 1_024
    sessionLimits.writeHighWater = 2_048
    sessionLimits.writeLowWater = 1_024
    return try? ServerConnection(
      router: FuzzMethods.router, host: host, limits: limits, sessionLimits: sessionLimits,
      peer: "fuzz")
  }
}
