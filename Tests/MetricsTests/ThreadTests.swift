import Metrics
import Testing

/// Run under TSan, too.
@Suite struct `Cells that threads share` {
  private static let writerCount = 4
  private static let stepCount: UInt64 = 20_000

  private static let calls = MetricFamily("calls", .counter, "Calls.")
  private static let open = MetricFamily("open", .gauge, "Open.")
  private static let waits = MetricFamily(
    "wait_seconds", .histogram(bounds: [1_000_000_000]), "Waits.", hasExemplars: true)

  /// Counts, and notes traces whose halves are the same.
  private static func write(to registry: MetricRegistry, _ writer: UInt64) async {
    let counter = registry.counter(calls)
    let gauge = registry.gauge(open)
    let histogram = registry.histogram(waits)
    for step in 0..<stepCount {
      counter.add()
      gauge.add(step % 2 == 0 ? 1 : -1)
      let trace = (writer + 1) << 32 | step
      histogram.observe(nanoseconds: step % 2 * 2_000_000_000, trace: (trace, trace))
      if step % 512 == 0 { await Task.yield() }
    }
  }

  /// Reads on and on; false when a count falls, or an exemplar is put together from two.
  private static func read(_ registry: MetricRegistry) async -> Bool {
    var last: UInt64 = 0
    for _ in 0..<200 {
      for line in String(decoding: registry.openMetrics(), as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        if words[0] == "calls_total" {
          guard let count = UInt64(words[1]), count >= last else { return false }
          last = count
        }
        if let quoted = line.split(separator: "trace_id=\"").dropFirst().first {
          guard quoted.prefix(16) == quoted.dropFirst(16).prefix(16) else { return false }
        }
      }
      await Task.yield()
    }
    return true
  }

  @Test func `are read while they are written, and lose nothing`() async {
    let registry = MetricRegistry()
    let isSound = await withTaskGroup(of: Bool.self) { group in
      for writer in 0..<Self.writerCount {
        group.addTask {
          await Self.write(to: registry, UInt64(writer))
          return true
        }
      }
      for _ in 0..<2 { group.addTask { await Self.read(registry) } }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(isSound)
    let text = String(decoding: registry.openMetrics(), as: UTF8.self)
    #expect(text.contains("calls_total 80000\n"))
    #expect(text.contains("open 0\n"))
    #expect(text.contains("wait_seconds_bucket{le=\"1.0\"} 40000 # {trace_id="))
    #expect(text.contains("wait_seconds_count 80000\nwait_seconds_sum 80000.0\n"))
  }
}
