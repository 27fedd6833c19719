import Metrics
import Testing

@Suite struct `An exposition` {
  private let registry = MetricRegistry()

  private var text: String { String(decoding: registry.openMetrics(), as: UTF8.self) }

  @Test func `of nothing is its end alone`() {
    #expect(text == "# EOF\n")
  }

  @Test func `adds up what several threads counted in one series`() {
    let calls = MetricFamily("calls", .counter, "Calls.", labels: ["code"])
    registry.counter(calls, "OK").add(2)
    registry.counter(calls, "OK").add()
    registry.counter(calls, "ABORTED").add(7)
    #expect(
      text == """
        # HELP calls Calls.
        # TYPE calls counter
        calls_total{code="ABORTED"} 7
        calls_total{code="OK"} 3
        # EOF

        """)
  }

  @Test func `cumulates the buckets of a histogram, whose bounds are in seconds`() {
    let family = MetricFamily(
      "wait_seconds", .histogram(bounds: [500_000, 1_000_000_000]), "Waits.")
    let (left, right) = (registry.histogram(family), registry.histogram(family))
    left.observe(nanoseconds: 500_000)
    right.observe(nanoseconds: 500_001)
    right.observe(nanoseconds: 2_000_000_000)
    #expect(
      text == """
        # HELP wait_seconds Waits.
        # TYPE wait_seconds histogram
        # UNIT wait_seconds seconds
        wait_seconds_bucket{le="0.0005"} 1
        wait_seconds_bucket{le="1.0"} 2
        wait_seconds_bucket{le="+Inf"} 3
        wait_seconds_count 3
        wait_seconds_sum 2.001000001
        # EOF

        """)
  }

  @Test func `names a trace of each bucket that has one`() {
    let family = MetricFamily(
      "wait_seconds", .histogram(bounds: [500_000, 1_000_000_000]), "Waits.", hasExemplars: true)
    let (left, right) = (registry.histogram(family), registry.histogram(family))
    left.observe(nanoseconds: 500_000, trace: (0x4bf9_2f35_77b3_4da6, 0xa3ce_929d_0e0e_4736))
    right.observe(nanoseconds: 600_000)
    left.observe(nanoseconds: 3_000_000_000, trace: (0, 1))
    left.observe(nanoseconds: 2_000_000_000, trace: (0, 2))
    #expect(
      text == """
        # HELP wait_seconds Waits.
        # TYPE wait_seconds histogram
        # UNIT wait_seconds seconds
        wait_seconds_bucket{le="0.0005"} 1 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.0005
        wait_seconds_bucket{le="1.0"} 2
        wait_seconds_bucket{le="+Inf"} 4 # {trace_id="00000000000000000000000000000002"} 2.0
        wait_seconds_count 4
        wait_seconds_sum 5.0011
        # EOF

        """)
  }

  @Test func `keeps a label's value from ending its quotes or its line`() {
    registry.tell(
      MetricFamily("build", .info, "Versions.", labels: ["version"]), ["a\"b\\c\nd"])
    #expect(text.contains(#"build_info{version="a\"b\\c\nd"} 1"#))
  }

  @Test func `asks anew for a value that is kept elsewhere`() {
    let open = Gauge()
    registry.ask(MetricFamily("open", .gauge, "Open.")) { Double(open.value) }
    open.set(4)
    open.add(-6)
    #expect(text.contains("open -2.0\n"))
  }

  @Test func `never grows past its samples, whatever the labels are`() {
    let family = MetricFamily("series", .counter, "Series.", labels: ["number"])
    for number in 0...MetricRegistry.samplesMax { registry.counter(family, "\(number)").add() }
    #expect(registry.refusedCount == 1)
    #expect(text.split(separator: "\n").count == MetricRegistry.samplesMax + 3)
    // One more cell of a series that is there costs no sample.
    registry.counter(family, "0").add()
    #expect(registry.refusedCount == 1)
    #expect(text.contains("series_total{number=\"0\"} 2\n"))
  }
}
