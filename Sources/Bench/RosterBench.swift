import ArgumentParser

/// Measures servers from outside; `scripts/bench` says what is measured and against what.
@main
struct RosterBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster-bench",
    abstract: "Load for gRPC servers, and the server that measures the RPC layer alone.",
    subcommands: [ServeEcho.self, Load.self, Pages.self, Stream.self, Idle.self])
}
