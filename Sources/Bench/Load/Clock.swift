import Glibc

/// Readings of the system's clocks, in nanoseconds.
enum Clock {
  static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

  /// CPU time of this process, all threads.
  static var ownCPU: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// User and system time of another process, in ticks of 10 ms; 0 when it is gone.
  static func cpu(of process: Int32) -> UInt64 {
    guard let file = fopen("/proc/\(process)/stat", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 1_024)
    guard fgets(&line, CInt(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    // The name in parentheses may hold blanks; user and system ticks are fields 14 and 15.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else {
      return 0
    }
    return (user + system) * 1_000_000_000 / UInt64(sysconf(CInt(_SC_CLK_TCK)))
  }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
