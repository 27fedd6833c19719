import Glibc

/// The private PostgreSQL of `rosterd dev`: reachable only through a unix socket, a direct child of
/// this process that the kernel interrupts when this process ends in whatever way.
///
/// Starts belong on the main thread: the kernel's signal is bound to the thread that forks.
package final class DevCluster {
  package let socketFolder: String
  private let account: DevAccount
  private let data: String
  private let log: String
  private let programs: String
  private var server: ChildProcess?

  package init(_ state: DevState) throws(DevFailure) {
    account = state.account
    data = state.dataFolder
    log = state.postgresLog
    socketFolder = try state.socketFolder()
    programs = try Self.programsFolder()
  }

  /// A conninfo for a role of this cluster.
  package func conninfo(user: String, database: String) -> String {
    "host=\(socketFolder) user=\(user) dbname=\(database)"
  }

  /// Whether the first start is still to come.
  package var isMissing: Bool { access(data + "/PG_VERSION", F_OK) != 0 }

  /// Makes the cluster when there is none, and starts it.
  package func start() throws(DevFailure) {
    if isMissing { try initialize() }
    try removeStaleServer()
    try launch()
  }

  /// Starts the server again when it has ended by itself. Called on SIGCHLD.
  /// - Returns: the status it ended with, nil when it is running.
  package func restartIfEnded() throws(DevFailure) -> Int32? {
    guard let status = server?.ended() else { return nil }
    server = nil
    try removeStaleServer()
    try launch()
    return status
  }

  /// Ends the server, which writes a checkpoint first, and waits up to five seconds for it: what
  /// takes longer goes on without us.
  package func stop() {
    guard let server else { return }
    server.send(SIGINT)
    for _ in 0..<500 {
      if server.ended() != nil { break }
      usleep(10_000)
    }
    self.server = nil
  }

  // MARK: Steps

  /// Into a second folder that is renamed once complete: a start that is killed leaves nothing half
  /// made.
  private func initialize() throws(DevFailure) {
    let draft = data + ".new"
    try run(["rm", "-rf", draft])
    try run([
      programs + "/initdb", "-D", draft, "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres",
      "-A", "trust", "--no-instructions", "--no-sync",
    ])
    guard rename(draft, data) == 0 else { throw DevFailure(FileFailure(data).description) }
  }

  /// A server that outlived its rosterd is ended; a pid file without a server is removed, since
  /// its number may belong to another process by now.
  private func removeStaleServer() throws(DevFailure) {
    let path = data + "/postmaster.pid"
    guard access(path, F_OK) == 0 else { return }
    if let id = postmasterLines().first.flatMap({ pid_t($0) }), isOurServer(id) {
      kill(id, SIGINT)
      for _ in 0..<300 where isOurServer(id) { usleep(100_000) }
      if isOurServer(id) {
        throw DevFailure("an earlier PostgreSQL (process \(id)) uses \(data) and doesn't end")
      }
    }
    unlink(path)
  }

  /// Whether `id` is a PostgreSQL whose working folder is our data folder.
  private func isOurServer(_ id: pid_t) -> Bool {
    var place = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/\(id)/cwd", &place, place.count - 1)
    guard count > 0 else { return false }
    return String(decoding: place[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) == data
  }

  /// Backends of a server that was killed hold its shared memory until they notice.
  private func launch() throws(DevFailure) {
    for _ in 0..<300 {
      do {
        return try launchOnce()
      } catch {
        guard error.description.contains("pre-existing shared memory block") else { throw error }
        usleep(100_000)
      }
    }
    try launchOnce()
  }

  private func launchOnce() throws(DevFailure) {
    let output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw DevFailure(FileFailure(log).description) }
    defer { close(output) }
    // The signal is set after the change of uid, which clears it, and the parent is looked at after
    // that: had it ended before, the signal would never come.
    let guarded = [
      "setpriv", "--pdeathsig", "INT", "sh", "-c",
      #"cd / && [ "$PPID" = "$0" ] && exec "$@""#, "\(getpid())",
    ]
    let options = [
      "listen_addresses=", "unix_socket_permissions=0700", "max_connections=100",
      "log_min_error_statement=panic",
    ]
    let command =
      account.commandPrefix + guarded
      + [programs + "/postgres", "-D", data, "-k", socketFolder]
      + options.flatMap { ["-c", $0] }
    let server: ChildProcess
    do {
      server = try ChildProcess.start(command, output: output)
    } catch {
      throw DevFailure(error.description)
    }
    self.server = server
    try waitUntilReady(server)
  }

  /// The server writes `ready` as the eighth line of its pid file once it takes connections.
  private func waitUntilReady(_ server: ChildProcess) throws(DevFailure) {
    for _ in 0..<6000 {
      let lines = postmasterLines()
      if lines.count >= 8, lines[0] == "\(server.id)", lines[7].hasPrefix("ready") { return }
      if let status = server.ended() {
        self.server = nil
        let text = (try? readFile(log)).map { String(decoding: $0.suffix(2000), as: UTF8.self) }
        throw DevFailure("PostgreSQL ended with status \(status): \(text ?? log)")
      }
      usleep(10_000)
    }
    throw DevFailure("PostgreSQL is not ready after a minute; see \(log)")
  }

  private func postmasterLines() -> [Substring] {
    guard let bytes = try? readFile(data + "/postmaster.pid") else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
  }

  private func run(_ command: [String]) throws(DevFailure) {
    do {
      try ChildProcess.run(
        account.commandPrefix + ["sh", "-c", #"cd / && exec "$@""#, "sh"] + command)
    } catch {
      throw DevFailure(error.description)
    }
  }

  private static func programsFolder() throws(DevFailure) -> String {
    let found = try? ChildProcess.run(["pg_config", "--bindir"])
    let folder = found.map { $0.split(separator: "\n").first.map(String.init) ?? "" } ?? ""
    guard access(folder + "/initdb", X_OK) == 0 else {
      throw DevFailure(
        "PostgreSQL's programs are not installed; apt-get install postgresql libpq-dev")
    }
    return folder
  }
}
