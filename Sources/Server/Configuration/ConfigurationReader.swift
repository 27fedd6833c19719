/// Reads the file, the environment and the flags, in this order of rank, into one configuration.
package struct ConfigurationReader: Sendable {
  package private(set) var configuration: Configuration
  /// Where each key that was set got its value.
  package private(set) var origins: [String: ConfigurationOrigin] = [:]

  private let keys: [String: ConfigurationKey]
  /// What holds where nothing is set.
  private let preset: Configuration

  /// - Parameter configuration: what holds where nothing is set.
  package init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    preset = configuration
    keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.table.map { ($0.name, $0) })
  }

  /// - Parameter bytes: the text of the file at `path`, JSON.
  package mutating func readFile(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
    let entries: [SettingsFileEntry]
    do {
      entries = try SettingsFile.entries(of: bytes)
    } catch {
      throw .malformedFile(path: path, line: error.line, reason: error.reason)
    }
    var seen: Set<String> = []
    for entry in entries {
      let origin = ConfigurationOrigin.file(path: path, line: entry.line)
      guard let key = keys[entry.name] else {
        let nearest = nearestName(to: entry.name, among: Array(keys.keys.sorted()))
        throw .unknownKey(entry.name, origin, nearest: nearest)
      }
      guard seen.insert(entry.name).inserted else { throw .setTwice(entry.name, origin) }
      try assign(entry.value, to: key, origin)
    }
  }

  /// - Parameter variables: the whole environment; only names that begin with `ROSTER_` count.
  package mutating func readEnvironment(
    _ variables: [String: String]
  ) throws(ConfigurationError) {
    let byVariable = Dictionary(
      uniqueKeysWithValues: ConfigurationKey.table.map { ($0.variable, $0) })
    for (name, text) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix("ROSTER_") {
      let origin = ConfigurationOrigin.environment(variable: name)
      if let key = byVariable[name] {
        try assign(.text(text), to: key, origin)
      } else if !ConfigurationKey.otherVariables.contains(name), !name.hasPrefix("ROSTER_TEST_") {
        let nearest = nearestName(to: name, among: byVariable.keys.sorted())
        throw .unknownKey(name, origin, nearest: nearest)
      }
    }
  }

  /// - Parameter arguments: `--loops 2`, `--loops=2`; a flag of true or false may stand alone.
  package mutating func readFlags(_ arguments: [String]) throws(ConfigurationError) {
    let byFlag = Dictionary(uniqueKeysWithValues: ConfigurationKey.table.map { ($0.flag, $0) })
    var seen: Set<String> = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let origin = ConfigurationOrigin.flag(name)
      guard let key = byFlag[name] else {
        let nearest = nearestName(to: name, among: byFlag.keys.sorted() + ["--config"])
        throw .unknownKey(name, origin, nearest: nearest)
      }
      guard seen.insert(name).inserted else { throw .setTwice(key.name, origin) }
      if parts.count == 2 {
        try assign(.text(String(parts[1])), to: key, origin)
      } else if key.expected == "true or false", rest.first?.hasPrefix("--") ?? true {
        try assign(.flag(true), to: key, origin)
      } else if let value = rest.popFirst() {
        try assign(.text(value), to: key, origin)
      } else {
        throw .missingValue(flag: name, expected: key.expected)
      }
    }
  }

  /// One line a setting for `--check-config`: its value, or `(secret)`, and where it came from.
  package func report() -> String {
    var text = ""
    for key in ConfigurationKey.table {
      let origin = origins[key.name].map(\.description) ?? "default"
      let value = key.isSecret ? "(secret)" : values[key.name]?.printed ?? key.standard
      let isSet = origins[key.name] != nil || !key.standard.isEmpty
      text += isSet ? "\(key.name) = \(value)  [\(origin)]\n" : "\(key.name) is not set\n"
    }
    return text
  }

  /// What was set, secrets too: shown by ``report()`` alone, which leaves those out.
  private var values: [String: ConfigurationValue] = [:]

  private mutating func assign(
    _ value: ConfigurationValue, to key: ConfigurationKey, _ origin: ConfigurationOrigin
  ) throws(ConfigurationError) {
    guard key.assign(&configuration, value) else {
      throw .unacceptable(key.name, origin, expected: key.expected)
    }
    origins[key.name] = origin
    values[key.name] = value
  }
}

extension ConfigurationReader: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: []) }
}

// MARK: - Settings that change

extension ConfigurationReader {
  /// Names of settings that are another than before.
  package struct Changes: Hashable, Sendable {
    package var hot: [String] = []
    /// Those that need a restart.
    package var cold: [String] = []

    package init(hot: [String] = [], cold: [String] = []) {
      self.hot = hot
      self.cold = cold
    }
  }

  /// The settings in force after `next` was read: its own where a key is hot, else these.
  package func takingHot(from next: ConfigurationReader) -> (ConfigurationReader, Changes) {
    var merged = ConfigurationReader(preset)
    var changes = Changes()
    for key in ConfigurationKey.table {
      let isChanged = values[key.name] != next.values[key.name]
      if isChanged, key.isHot {
        changes.hot.append(key.name)
      } else if isChanged {
        changes.cold.append(key.name)
      }
      let source = key.isHot ? next : self
      guard let value = source.values[key.name] else { continue }
      merged.values[key.name] = value
      merged.origins[key.name] = source.origins[key.name]
      // It was accepted when it was read.
      _ = key.assign(&merged.configuration, value)
    }
    return (merged, changes)
  }
}

extension ConfigurationValue {
  fileprivate var printed: String {
    switch self {
    case .text(let text): text
    case .integer(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .list(let parts): parts.joined(separator: ",")
    case .objects(let objects): "\(objects.count) of them"
    }
  }
}
