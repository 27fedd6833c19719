import ArgumentParser

/// The server's program: one executable for serving, for a first try on one machine, and for the
/// few things an operator does to the database by hand.
@main
struct Rosterd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rosterd",
    abstract: "Roster: a user directory for a company's backends.",
    subcommands: [
      Serve.self, Dev.self, Migrate.self, Token.self, Permissions.self, Keys.self, Audit.self,
    ]
  )
}
