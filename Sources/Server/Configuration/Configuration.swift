package import Logging
package import Transport

/// Everything an operator may set, typed and within its limits. ``ConfigurationKey/table`` is the
/// only way in: a property without a key there keeps its default for ever.
package struct Configuration: Sendable {
  package var listen: [SocketAddress] = []
  package var tls = TLSMode.none
  package var allowPlaintext = false
  package var database = DatabaseSettings()
  /// The file of the key ring; see `rosterd keys create`.
  package var keysFile: String?
  package var logLevel = Logger.Level.info
  /// Event loops, each one thread; 0 stands for one a core.
  package var loops = 0
  package var reflection = true
  package var limits = LimitSettings()
  package var shutdown = ShutdownSettings()

  package init() {}
}

package enum TLSMode: String, Sendable, CaseIterable {
  case none
}

package struct DatabaseSettings: Sendable {
  /// Serves requests, as roster_service.
  package var url: SecretText?
  /// Polls, background jobs and `rosterd token`, as roster_system.
  package var systemURL: SecretText?
  /// `rosterd migrate` only, as roster_owner.
  package var ownerURL: SecretText?
  /// Connections a loop on which point reads share a Sync.
  package var sharedConnections = 2
  /// Connections a loop for writes, lists and everything that owns its connection.
  package var exclusiveConnections = 6
  /// Connections of the whole process to PostgreSQL.
  package var totalMax = 80
}

package struct LimitSettings: Sendable {
  /// Streams at once on one connection (SETTINGS_MAX_CONCURRENT_STREAMS).
  package var streamsMax = 128
  /// Bytes of one message in, before it is decoded.
  package var messageSizeMax = 4 << 20
  /// Connections at once; further ones are closed as they are accepted.
  package var connectionsMax = 10_000
}

package struct ShutdownSettings: Sendable {
  /// From NOT_SERVING to the first GOAWAY: balancers stop sending meanwhile.
  package var notice: Duration = .seconds(5)
  /// From the last GOAWAY to the end of calls still in flight.
  package var finish: Duration = .seconds(25)
}

/// Text that must not reach a log, an error or a crash report: it prints as `(secret)`.
package struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package var description: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
