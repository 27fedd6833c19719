import ArgumentParser
import EventLoop
import Glibc
import Logging
import Transport

/// Answers calls until it is asked to end.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answers calls.", discussion: ConfigurationKey.help)

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Checks the settings, prints them without secrets, and ends.")
  var checkConfig = false

  func run() throws {
    let signals = ProcessSignals()
    let reader = try options.read()
    var configuration = reader.configuration
    if configuration.listen.isEmpty { configuration.listen = Configuration.listenStandard }
    try configuration.requireServable()
    if checkConfig {
      print(reader.report(), terminator: "")
      return
    }
    let serving = try signals.endingAtOnce { try Serving.start(configuration) }
    serving.runUntilEnd(signals) {}
  }
}

extension Configuration {
  /// - Throws: what `rosterd serve` can't do without or must not do.
  func requireServable() throws(ConfigurationError) {
    _ = try requireKeysFile()
    _ = try require(database.url, "database.url", role: "roster_service")
    _ = try require(database.systemURL, "database.system_url", role: "roster_system")
    for address in listen where tls == .none && !allowPlaintext && !address.isLocal {
      throw .plaintext(address)
    }
  }

  /// - Throws: when the URL isn't set; a database has no default.
  func require(
    _ url: SecretText?, _ key: String, role: String
  ) throws(ConfigurationError) -> SecretText {
    guard let url else {
      throw .missing(key, remedy: "set it to PostgreSQL as \(role), such as postgresql://\(role)@db/roster")
    }
    return url
  }
}
