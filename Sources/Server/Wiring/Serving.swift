import EventLoop
import Glibc
import Logging
import RPC
import Transport

/// A process that serves: its loops, its log and what listens. Owned by the main thread.
struct Serving {
  let listening: Listening
  let logger: Logger
  private let configuration: Configuration
  private let writer: LogWriter

  /// - Throws: what keeps it from serving, with the remedy.
  static func start(_ configuration: Configuration) throws -> Serving {
    let writer = LogWriter(descriptor: STDERR_FILENO)
    let logger = Logger(label: "rosterd") { _ in
      JSONLogHandler(level: configuration.logLevel, writer: writer)
    }
    let cores = configuration.loops > 0 ? configuration.loops : sysconf(CInt(_SC_NPROCESSORS_ONLN))
    let group = try EventLoopGroup(count: cores)
    let listening = try waiting(on: group.loops[0]) {
      try await Listening.start(
        configuration, methods: [], group: group, logger: logger)
    }
    for address in listening.addresses {
      logger.notice("listening", metadata: ["address": .string(address.description)])
    }
    return Serving(
      listening: listening, logger: logger, configuration: configuration, writer: writer)
  }

  /// Holds the main thread until a signal asks for the end, finishes what is in flight and ends the
  /// process: 0, or 130 when a second signal cut that short.
  /// - Parameter childEnded: hears of children that may have ended.
  func runUntilEnd(_ signals: ProcessSignals, childEnded: () throws -> Void) -> Never {
    var status: CInt = 0
    do {
      while let event = signals.next(), event != .end {
        if event == .child { try childEnded() }
      }
      if listening.drain(configuration.shutdown, signals) { status = 130 }
    } catch {
      logger.critical("failed", metadata: ["reason": .string("\(error)")])
      status = 1
    }
    logger.notice("ended")
    writer.flush()
    fflush(nil)
    // Loops still turn: without the destructors of `exit`, nothing is taken from under them.
    _exit(status)
  }
}
