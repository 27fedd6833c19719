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
    let keys = try configuration.loadKeys()
    let ground = try ServingGround.start(configuration, signals)
    let reloading = Reloading(reader) { [options] in
      let next = try options.read()
      try next.configuration.requireServable()
      return next
    }
    let serving = try Serving.start(ground, try Pools(ground), keys: keys, reloading)
    serving.runUntilEnd(childEnded: {})
  }
}

extension Configuration {
  /// - Throws: what `rosterd serve` can't do without or must not do.
  func requireServable() throws {
    _ = try requireKeysFile()
    _ = try database.required(database.url, "database.url", role: "roster_service")
    _ = try database.required(database.systemURL, "database.system_url", role: "roster_system")
    _ = try tlsFiles()
    _ = try identities()
    for address in listen where tls == .none && !allowPlaintext && !address.isLocal {
      throw ConfigurationError.plaintext(key: "listen", address)
    }
    if let adminListen, !adminListen.isLocal, !allowPlaintext {
      throw ConfigurationError.plaintext(key: "admin.listen", adminListen)
    }
  }
}
