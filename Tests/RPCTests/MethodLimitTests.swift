import HTTP2
import RPC
import Testing

@Suite struct `A method's limit of deadlines` {
  private static let second: UInt64 = 1_000_000_000

  private static func method(_ gate: Gate, _ deadlineMax: Duration?) -> Method {
    var options = MethodOptions()
    options.deadlineMax = deadlineMax
    return Methods.waiting(on: gate).with(options)
  }

  /// The instant at which a call is given up; the clock stands at one second.
  private static func deadline(
    _ more: [(name: StaticString, value: String)], _ deadlineMax: Duration?
  ) throws -> UInt64? {
    let gate = Gate()
    let exchange = try Exchange([method(gate, deadlineMax)])
    _ = exchange.call("/test.Echo/Wait", more, endStream: true)
    exchange.settle()
    let deadline = exchange.host.deadlines.values.first?.at
    gate.open()
    exchange.settle()
    #expect(exchange.host.deadlines.isEmpty)
    #expect(exchange.server.isIdle)
    return deadline
  }

  @Test func `cuts a longer one, and leaves one that is as long or shorter`() throws {
    #expect(try Self.deadline([("grpc-timeout", "10S")], .seconds(5)) == 6 * Self.second)
    #expect(try Self.deadline([("grpc-timeout", "99999999H")], .seconds(5)) == 6 * Self.second)
    #expect(try Self.deadline([("grpc-timeout", "5S")], .seconds(5)) == 6 * Self.second)
    #expect(try Self.deadline([("grpc-timeout", "4S")], .seconds(5)) == 5 * Self.second)
  }

  @Test func `holds for a caller who set none`() throws {
    #expect(try Self.deadline([], .milliseconds(1_500)) == Self.second * 5 / 2)
    #expect(try Self.deadline([], nil) == nil)
  }

  @Test func `may be longer than the clock`() throws {
    #expect(try Self.deadline([], .seconds(Int64.max)) == nil)
    #expect(try Self.deadline([("grpc-timeout", "1S")], .seconds(Int64.max)) == 2 * Self.second)
  }

  @Test func `ends the call with DEADLINE_EXCEEDED`() throws {
    let gate = Gate()
    let exchange = try Exchange([Self.method(gate, .seconds(5))])
    let reply = exchange.call("/test.Echo/Wait", [("grpc-timeout", "1H")], endStream: true)
    exchange.settle()
    exchange.host.advance(by: 5 * Self.second)
    exchange.settle()
    #expect(reply.grpcStatus == 4)
    gate.open()
    exchange.settle()
    #expect(exchange.server.isIdle)
  }
}
