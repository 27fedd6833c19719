import ArgumentParser
import Crypto
import Domain
import EventLoop
import Postgres

/// The chains that prove what events were.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves the activity log, over database.system_url.",
    subcommands: [Verify.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares every event with its seal, and the seals with the file of heads.",
      discussion: """
        Prints a line for each organization, the installation's own first, and ends with 1 when \
        one is BAD: an event was changed, deleted, added or moved after it was sealed. Events of \
        the last second are not sealed yet. Without audit.heads_file nothing can tell that the \
        end of a chain was cut off together with its seals.
        """)

    @Option(help: "Only this organization's chain.")
    var organization: String?

    @OptionGroup var options: SettingsOptions

    func run() throws {
      let only = try organization.map { text in
        guard let id = OrganizationID(canonical: text) else {
          throw ValidationError("--organization \(text) is no id of an organization")
        }
        return id
      }
      let configuration = try options.read().configuration
      let heads = try configuration.headsFile.map { path in
        (path: path, ring: try configuration.loadKeys())
      }
      let loop = try EventLoopGroup(count: 1).loops[0]
      let database = try Databases.forSystem(configuration.database, on: loop)
      let isGood = try waiting(on: loop) {
        let begun = MonotonicInstant.now()
        var audit = AuditTally()
        let verifier = ChainVerifier(database)
        if let only {
          audit.note(try await verifier.verify(only))
        } else {
          try await verifier.verifyAll { audit.note($0) }
        }
        if let heads {
          let comparison = HeadsVerifier(database, heads.ring, only: only)
          audit.headCount = try await comparison.verify(heads.path) {
            audit.note($0, in: heads.path)
          }
        }
        audit.tell(after: MonotonicInstant.now() - begun)
        return audit.faultCount == 0
      }
      guard isGood else { throw ExitCode.failure }
    }
  }
}

/// What was found, told line by line.
private struct AuditTally {
  var headCount: Int?
  private(set) var faultCount = 0
  private var chainCount = 0
  private var eventCount = 0

  mutating func note(_ report: ChainVerifier.Report) {
    chainCount += 1
    eventCount += report.eventCount
    let counts =
      "seals=\(report.sealCount) events=\(report.eventCount) unsealed=\(report.unsealedCount)"
    if let fault = report.fault {
      faultCount += 1
      print("BAD \(report.organization) \(fault)")
    } else {
      print("ok  \(report.organization) \(counts)")
    }
  }

  mutating func note(_ fault: HeadsVerifier.Fault, in path: String) {
    faultCount += 1
    print("BAD \(path): \(fault)")
  }

  func tell(after elapsed: Duration) {
    let seconds = max(elapsed / .seconds(1), 0.001)
    let heads = headCount.map { "\($0) heads" } ?? "no file of heads (audit.heads_file)"
    print(
      "\(faultCount == 0 ? "intact" : "\(faultCount) faults"): \(chainCount) chains, "
        + "\(eventCount) events, \(heads); \(Int(Double(eventCount) / seconds)) events/s")
  }
}
