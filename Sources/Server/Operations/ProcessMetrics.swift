import Glibc
import Metrics

/// What the kernel knows of this process, by the names of Prometheus' client libraries.
enum ProcessMetrics {
  static func register(in registry: MetricRegistry) {
    registry.ask(
      MetricFamily("process_cpu_seconds", .counter, "Time on processors, of user and system.")
    ) { cpuSeconds() }
    registry.ask(
      MetricFamily("process_resident_memory_bytes", .gauge, "Memory in use.")
    ) { Double(pages(at: 1)) * Double(sysconf(CInt(_SC_PAGESIZE))) }
    registry.ask(
      MetricFamily("process_virtual_memory_bytes", .gauge, "Address space in use.")
    ) { Double(pages(at: 0)) * Double(sysconf(CInt(_SC_PAGESIZE))) }
    registry.ask(MetricFamily("process_open_fds", .gauge, "Open descriptors.")) {
      Double(descriptorCount())
    }
    registry.ask(MetricFamily("process_max_fds", .gauge, "The limit of descriptors.")) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      return Double(limit.rlim_cur)
    }
    let startedAt = wallSeconds()
    registry.ask(
      MetricFamily("process_start_time_seconds", .gauge, "Since 1970.")
    ) { startedAt }
  }

  private static func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// A number of /proc/self/statm: 0 is all of it, 1 what is resident.
  private static func pages(at index: Int) -> Int {
    guard let bytes = try? readFile("/proc/self/statm") else { return 0 }
    let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return index < numbers.count ? Int(numbers[index]) ?? 0 : 0
  }

  private static func descriptorCount() -> Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // `.`, `..` and the folder's own.
    return max(0, count - 3)
  }

  private static func wallSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
