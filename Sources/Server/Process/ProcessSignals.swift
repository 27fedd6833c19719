import Glibc

/// The signals of this process, taken one by one on the main thread. They are blocked before any
/// other thread starts, so that no handler ever runs and no system call is interrupted.
package struct ProcessSignals: Sendable {
  package enum Event: Hashable, Sendable {
    /// SIGTERM or SIGINT: the process is asked to end.
    case end
    /// SIGHUP: the settings are to be read anew.
    case reload
    /// A child ended or stopped.
    case child
    /// ``ProcessSignals/wake()`` was called.
    case wake
  }

  private var set = sigset_t()

  /// Blocks the signals for this thread and those it starts from now on, and ignores SIGPIPE.
  package init() {
    sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1] { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for the next signal.
  /// - Returns: nil once `timeout` passed without one; without a timeout it waits for ever.
  package func next(within timeout: Duration? = nil) -> Event? {
    var set = set
    guard let timeout else {
      while true {
        let signal = sigwaitinfo(&set, nil)
        if signal > 0 { return Self.event(of: signal) }
      }
    }
    let end = ContinuousClock.now + timeout
    while true {
      let rest = max(end - ContinuousClock.now, .zero)
      var wait = timespec(
        tv_sec: Int(rest.components.seconds),
        tv_nsec: Int(rest.components.attoseconds / 1_000_000_000))
      let signal = sigtimedwait(&set, nil, &wait)
      if signal > 0 { return Self.event(of: signal) }
      if errno == EAGAIN { return nil }
    }
  }

  /// Makes ``next(within:)`` return `.wake`; from any thread.
  package static func wake() {
    kill(getpid(), SIGUSR1)
  }

  private static func event(of signal: CInt) -> Event {
    switch signal {
    case SIGCHLD: .child
    case SIGHUP: .reload
    case SIGUSR1: .wake
    default: .end
    }
  }
}
