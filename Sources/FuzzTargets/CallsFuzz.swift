internal import HTTP2
internal import RPC

/// A connection driven by commands, so that the fuzzer gets past HPACK and the preface: calls of
/// every kind opened, fed, reset, timed out, drained and lost in any order.
enum CallsFuzz {
  private static let paths = [
    "/a.B/U", "/a.B/H", "/a.B/C", "/a.B/S", "/a.B/D", "/grpc.health.v1.Health/Watch",
    "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  ].map { Array($0.utf8) }

  private static let names = [
    "grpc-timeout", "x-a", "x-bin", "grpc-encoding", "content-type", "grpc-accept-encoding",
  ].map { Array($0.utf8) }

  static func run(_ input: UnsafeRawBufferPointer) {
    let host = FuzzHost()
    guard let connection = FramesFuzz.makeConnection(host) else { return }
    var output = OutputBuffer(capacity: 1024)
    var commands = Commands(input)
    var pending = FuzzFrames.start
    var lastStream: UInt32 = 1
    var isOpen = true
    while isOpen, let command = commands.byte() {
      switch command % 12 {
      case 0, 1:
        var fields = FuzzFrames.request(paths[Int(commands.byte() ?? 0) % paths.count])
        if command & 0x10 != 0 {
          fields.append(field(command, commands.bytes()))
        }
        pending += FuzzFrames.headers(fields, lastStream, endStream: command & 0x80 != 0)
        lastStream &+= 2
      case 2: pending += data(commands.bytes(), stream(&commands, lastStream), command)
      case 3:
        let message = framed(commands.bytes(), isPacked: command & 0x40 != 0)
        pending += data(message, stream(&commands, lastStream), command)
      case 4: pending += data(large(&commands), stream(&commands, lastStream), command)
      case 5: pending += FuzzFrames.frame(3, 0, stream(&commands, lastStream), [0, 0, 0, 8])
      case 6:
        let isConnection = command & 0x10 != 0
        let target = isConnection ? 0 : stream(&commands, lastStream)
        pending += FuzzFrames.frame(8, 0, target, [0, 0, 0x40, commands.byte() ?? 1])
      case 7: pending += FuzzFrames.frame(4, 0, 0, [0, 4, 0, 0, commands.byte() ?? 0, 0])
      case 8: host.advance(by: UInt64(commands.byte() ?? 0) << 28)
      case 9: command & 0x40 == 0 ? connection.beginDrain() : connection.drainTimePassed()
      case 10: if command & 0x40 != 0 { connection.abort(.noError, debug: "fuzz") }
      default:
        isOpen = pending.withUnsafeBytes { connection.receive($0) } == .open
        pending = []
        if command & 0x10 == 0 { host.runHandlers() }
        if command & 0x20 == 0 {
          switch connection.produce(into: &output, upTo: 1 << 12) {
          case .idle, .more: break
          case .finished, .failed: isOpen = false
          }
        }
        output.removeAll()
      }
    }
    _ = pending.withUnsafeBytes { connection.receive($0) }
    host.checkNothingIsLeft(of: connection)
  }

  private static func stream(_ commands: inout Commands, _ last: UInt32) -> UInt32 {
    let back = UInt32(commands.byte() ?? 0) % 8
    return max(1, last &- 2 &- 2 &* min(back, last / 2 &- min(1, last / 2)))
  }

  private static func data(_ bytes: [UInt8], _ stream: UInt32, _ command: UInt8) -> [UInt8] {
    FuzzFrames.frame(0, command & 0x80 == 0 ? 0 : 1, stream, bytes)
  }

  /// An encoding without a value is gzip.
  private static func field(_ command: UInt8, _ value: [UInt8]) -> ([UInt8], [UInt8]) {
    let name = names[Int(command >> 5) % names.count]
    let isEncoding = name.suffix(8).elementsEqual("encoding".utf8)
    return (name, value.isEmpty && isEncoding ? Array("gzip".utf8) : value)
  }

  private static func framed(_ bytes: [UInt8], isPacked: Bool) -> [UInt8] {
    guard isPacked, let packed = bytes.withUnsafeBytes({ Gzip().deflate($0) }) else {
      return [0, 0, 0, 0, UInt8(truncatingIfNeeded: bytes.count)] + bytes.prefix(255)
    }
    return [1, 0, 0, UInt8(truncatingIfNeeded: packed.count >> 8)]
      + [UInt8(truncatingIfNeeded: packed.count)] + packed
  }

  /// A piece of a message that may be longer than the window.
  private static func large(_ commands: inout Commands) -> [UInt8] {
    let length = commands.byte() ?? 0
    return [0, 0, 0, length, 0] + [UInt8](repeating: 7, count: Int(commands.byte() ?? 0) * 4)
  }
}

/// The input, read as commands and their operands.
struct Commands {
  private let input: UnsafeRawBufferPointer
  private var position = 0

  init(_ input: UnsafeRawBufferPointer) {
    self.input = input
  }

  mutating func byte() -> UInt8? {
    guard position < input.count else { return nil }
    defer { position += 1 }
    return input[position]
  }

  /// A length and as many bytes.
  mutating func bytes() -> [UInt8] {
    let count = min(Int(byte() ?? 0), input.count - position)
    defer { position += count }
    return Array(input[position..<(position + count)])
  }
}
