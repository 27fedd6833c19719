import HTTP2
import RPC
import Testing

@Suite struct `A cancelled call` {
  /// What a handler was told.
  private final class Told: Sendable {
    let code = Box<StatusCode?>(nil)
    let taskWasCancelled = Box(false)

    func note(_ error: Status) {
      code.value = error.code
      taskWasCancelled.value = Task.isCancelled
    }
  }

  private static func reader(_ told: Told) -> Method {
    Methods.bidirectional { call async throws(Status) in
      do throws(Status) {
        while try await call.nextMessage() != nil {}
      } catch {
        told.note(error)
        throw error
      }
    }
  }

  private static func writer(_ told: Told) -> Method {
    Methods.bidirectional { call async throws(Status) in
      do throws(Status) {
        while true { try await call.send(ResponseMessage([UInt8](repeating: 1, count: 10_000))) }
      } catch {
        told.note(error)
        throw error
      }
    }
  }

  @Test func `wakes a handler that waits for a message`() throws {
    let told = Told()
    let exchange = try Exchange([Self.reader(told)])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    exchange.reset(reply)
    exchange.settle()
    #expect(told.code.value == .cancelled)
    #expect(told.taskWasCancelled.value)
    #expect(exchange.host.ended == [.cancelled])
    #expect(exchange.server.isIdle)
  }

  @Test func `wakes a handler that is blocked by flow control`() throws {
    let told = Told()
    let exchange = try Exchange([Self.writer(told)])
    exchange.clientConsumes = false
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    #expect(told.code.value == nil)
    exchange.reset(reply)
    exchange.settle()
    #expect(told.code.value == .cancelled)
    #expect(exchange.host.ended == [.cancelled])
  }

  @Test func `is what is left when the connection is lost`() throws {
    let reading = Told()
    let writing = Told()
    let gate = Gate()
    let exchange = try Exchange([
      Self.reader(reading), Methods.waiting(on: gate),
      Method(
        path: "/test.Echo/Write", kind: .bidirectional, body: Self.writer(writing).body),
    ])
    exchange.clientConsumes = false
    _ = exchange.call("/test.Echo/Stream")
    _ = exchange.call("/test.Echo/Write")
    _ = exchange.call("/test.Echo/Wait")
    let unstarted = exchange.call("/test.Echo/Stream")
    exchange.write(unstarted, [0, 0])
    exchange.settle()
    exchange.server.disconnected()
    exchange.host.loop.run()
    #expect(reading.code.value == .cancelled)
    #expect(writing.code.value == .cancelled)
    #expect(exchange.server.callCount == 1)
    gate.open()
    exchange.host.loop.run()
    #expect(exchange.server.callCount == 0)
    #expect(exchange.host.ended == [.cancelled, .cancelled, .cancelled, .cancelled])
  }

  @Test func `gives no more messages, those that came included`() throws {
    let gate = Gate()
    let taken = Box(0)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        await gate.wait()
        while try await call.nextMessage() != nil { taken.value += 1 }
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.write(reply, Exchange.framed([1]) + Exchange.framed([2]))
    exchange.settle()
    exchange.reset(reply)
    exchange.settle()
    gate.open()
    exchange.settle()
    #expect(taken.value == 0)
    #expect(exchange.host.ended == [.cancelled])
  }

  @Test func `before its request was whole never starts`() throws {
    let exchange = try Exchange(Methods.all)
    let reply = exchange.call("/test.Echo/Unary")
    exchange.write(reply, [0, 0, 0, 0, 5, 1])
    exchange.settle()
    exchange.reset(reply)
    exchange.settle()
    #expect(exchange.host.startCount == 0)
    #expect(exchange.server.isIdle)
    #expect(exchange.host.refused.map(\.code) == [.cancelled])
  }

  @Test func `whose reset comes with its request does not start`() throws {
    let exchange = try Exchange(Methods.all)
    let head = RawFrames.headers(
      stream: 1,
      [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Unary"),
        (":authority", "a"), ("content-type", "application/grpc"),
      ])
    let body = RawFrames.data(stream: 1, endStream: true, [0, 0, 0, 0, 0])
    let reset = RawFrames.frame(type: 3, stream: 1, [0, 0, 0, 8])
    exchange.give(RawFrames.preface + RawFrames.settings + head + body + reset)
    #expect(exchange.host.startCount == 0)
    #expect(exchange.server.isIdle)
  }

  @Test func `does not disturb its neighbours`() throws {
    let told = Told()
    let exchange = try Exchange([Self.reader(told)] + Methods.all)
    let cancelled = exchange.call("/test.Echo/Stream")
    let other = exchange.call("/test.Echo/Converse")
    exchange.settle()
    exchange.reset(cancelled)
    exchange.settle()
    exchange.write(other, Exchange.framed([1]))
    exchange.finish(other)
    exchange.settle()
    #expect(other.messages == [[1]])
    #expect(other.grpcStatus == 0)
  }

  @Test func `by its own task wakes what waits, with the stream still open`() throws {
    let code = Box<StatusCode?>(nil)
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        // The child waits for a message that never comes; leaving the scope cancels it.
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            do throws(Status) {
              _ = try await call.nextMessage()
            } catch {
              code.value = error.code
            }
          }
          await Task.yield()
          group.cancelAll()
        }
        try await call.send(ResponseMessage([7]))
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.settle()
    #expect(code.value == .cancelled)
    #expect(reply.messages == [[7]])
    #expect(reply.grpcStatus == 0)
  }

  @Test func `by an early answer drops what the peer still sends`() throws {
    let exchange = try Exchange([
      Methods.bidirectional { call async throws(Status) in
        _ = try await call.nextMessage()
        throw Status.failedPrecondition(reason: "ENOUGH", "enough")
      }
    ])
    let reply = exchange.call("/test.Echo/Stream")
    exchange.write(reply, Exchange.framed([1]) + [UInt8](repeating: 0, count: 400_000))
    exchange.settle()
    #expect(reply.grpcStatus == 9)
    #expect(reply.closedBy == .noError)
    #expect(exchange.server.isIdle)
  }
}
