import EventLoop
import Metrics
import Server
import Store
import Testing
import Transport

@Suite struct `A process that is asked how it is` {
  private static let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
  private let state = ServingState(loopCount: 2, now: start)

  private func later(_ seconds: Int) -> MonotonicInstant {
    Self.start.advanced(by: .seconds(seconds))
  }

  @Test func `lives while every loop has turned within five seconds`() {
    state.noteTurn(ofLoop: 0, at: later(60))
    state.noteTurn(ofLoop: 1, at: later(55))
    #expect(state.livenessFaults(at: later(60)) == [])
    #expect(state.livenessFaults(at: later(61)) == ["loop-1 has not turned for 6 s"])
  }

  @Test func `lives without a database`() {
    state.phase = .serving
    #expect(!state.readinessFaults(at: later(1)).isEmpty)
    #expect(state.livenessFaults(at: later(1)) == [])
  }

  @Test func `is ready once it listens and a primary has answered`() {
    #expect(
      state.readinessFaults(at: later(0)) == [
        "it is starting", "no read-write connection to PostgreSQL yet",
        "the schema's version is not known yet",
      ])
    #expect(state.startFaults == ["it is starting"])
    state.phase = .serving
    state.noteDatabase(nil, at: later(1))
    #expect(state.readinessFaults(at: later(6)) == [])
    #expect(state.startFaults == [])
    #expect(
      state.readinessFaults(at: later(7)) == ["no read-write connection to PostgreSQL for 6 s"])
  }

  @Test func `is not ready on another schema, nor while it drains`() {
    state.phase = .serving
    state.noteDatabase(.behind(version: 1, known: 2), at: later(1))
    #expect(state.readinessFaults(at: later(1)).first?.contains("run rosterd migrate") == true)
    state.noteDatabase(nil, at: later(2))
    state.phase = .draining
    #expect(state.readinessFaults(at: later(2)) == ["it is draining"])
    #expect(state.startFaults == [])
  }

  @Test func `answers by paths`() throws {
    let pages = AdminPages(MetricRegistry(), state) { later(0) }
    pages.show(settings: "loops = 2\n")
    func answer(_ path: String) throws -> (Int, String) {
      let outcome = Array("GET \(path) HTTP/1.0\r\n\r\n".utf8).withUnsafeBytes(AdminRequest.parse)
      guard case .request(let request) = outcome else { return (0, "") }
      let answer = pages.answer(request)
      return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }
    #expect(try answer("/livez") == (200, "ok\n"))
    #expect(try answer("/startupz") == (503, "it is starting\n"))
    #expect(try answer("/readyz").0 == 503)
    #expect(try answer("/configz") == (200, "loops = 2\n"))
    #expect(try answer("/metrics") == (200, "# EOF\n"))
    #expect(try answer("/metric").0 == 404)
  }
}
