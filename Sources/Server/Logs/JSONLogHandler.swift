import Glibc
package import Logging

/// swift-log's end in this process: every event is one line of JSON, given to a ``LogWriter``.
/// The message is the event's name (`listening`, `call_finished`), what varies goes into metadata.
package struct JSONLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level {
    get { ownLevel ?? switches.level }
    set { ownLevel = newValue }
  }
  package var metadataProvider: Logger.MetadataProvider?

  private let writer: LogWriter
  private let switches: LogSwitches
  /// Of one logger that was told another level than the process.
  private var ownLevel: Logger.Level?

  package init(_ switches: LogSwitches, writer: LogWriter) {
    self.switches = switches
    self.writer = writer
  }

  package init(level: Logger.Level, writer: LogWriter) {
    self.init(LogSwitches(level: level), writer: writer)
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = LogLine(
      microseconds: Self.now(), level: event.level.rawValue, event: event.message.description)
    var fields = metadata
    if let own = event.metadata { fields.merge(own) { $1 } }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      Self.append(value, named: name, to: &line)
    }
    if let error = event.error { line.append("error", text: "\(error)") }
    writer.write(line.finished())
  }

  private static func append(
    _ value: Logger.Metadata.Value, named name: String, to line: inout LogLine
  ) {
    switch value {
    case .string(let text):
      line.append(name, text: text)
    case .stringConvertible(let number) where number is any BinaryInteger || number is Bool:
      line.append(name, number: number.description)
    case .stringConvertible(let number as Double) where number.isFinite:
      line.append(name, number: number.description)
    case .stringConvertible(let value):
      line.append(name, text: value.description)
    case .array(let values):
      line.append(name, text: values.map(\.description).joined(separator: " "))
    case .dictionary(let fields):
      for (inner, value) in fields.sorted(by: { $0.key < $1.key }) {
        append(value, named: "\(name).\(inner)", to: &line)
      }
    }
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
