import ArgumentParser

/// What every command that reads settings takes: the file and any setting as a flag.
struct SettingsOptions: ParsableArguments {
  @Option(help: "The file of settings, JSON.")
  var config: String?

  @Argument(parsing: .allUnrecognized, help: ArgumentHelp(visibility: .hidden))
  var settings: [String] = []

  /// - Parameter configuration: what holds where nothing is set.
  func read(over configuration: Configuration = Configuration()) throws -> ConfigurationReader {
    var reader = ConfigurationReader(configuration)
    let environment = environmentVariables()
    if let path = config ?? environment["ROSTER_CONFIG"] {
      let bytes: [UInt8]
      do {
        bytes = try readFile(path)
      } catch {
        throw ConfigurationError.unreadableFile(path: path, reason: error.reason)
      }
      try reader.readFile(bytes, path: path)
    }
    try reader.readEnvironment(environment)
    try reader.readFlags(settings)
    return reader
  }
}
