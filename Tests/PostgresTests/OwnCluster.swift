import Glibc

/// A server of one test's own, to be killed: a child process, as an unprivileged user when the test
/// runs as root.
final class OwnCluster: @unchecked Sendable {
  // Safety: used by one test, which awaits each call.
  let directory: String
  private let binaries: String
  private var server: pid_t = 0

  enum ClusterError: Error {
    case failed(String)
  }

  init() throws {
    var template = Array("/tmp/roster-own.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ClusterError.failed("mkdtemp") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    binaries = try Self.output(of: "pg_config --bindir")
    try Self.shell(
      """
      \(Self.asUser(directory)) "\(binaries)/initdb" -D "\(directory)/data" -E UTF8 \
      --locale=C.UTF-8 -U postgres -A trust >"\(directory)/log" 2>&1
      """)
  }

  var conninfo: String { "host=\(directory) user=postgres dbname=postgres" }

  /// Starts the server; it answers some time later. A killed one's children may still hold its
  /// memory, so the shell tries until it stays.
  func start() throws {
    server = try Self.spawn(
      """
      \(Self.prefix) sh -c 'until "\(binaries)/postgres" -D "\(directory)/data" \
      -k "\(directory)" -c listen_addresses= -c fsync=off; do sleep 0.05; done' \
      >>"\(directory)/log" 2>&1
      """)
  }

  /// Ends the server without a chance to say goodbye; its children notice and end as well.
  func kill() {
    Glibc.kill(-server, SIGKILL)
    var status: CInt = 0
    waitpid(server, &status, 0)
  }

  func remove() {
    kill()
    try? Self.shell("rm -rf '\(directory)'")
  }

  static var prefix: String {
    getuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --init-groups" : ""
  }

  private static func asUser(_ directory: String) -> String {
    getuid() == 0 ? "chown postgres: '\(directory)' && \(prefix)" : ""
  }

  static func shell(_ command: String) throws {
    var status: CInt = 0
    waitpid(try spawn(command), &status, 0)
    guard status == 0 else { throw ClusterError.failed(command) }
  }

  static func output(of command: String) throws -> String {
    guard let pipe = popen(command, "r") else { throw ClusterError.failed(command) }
    defer { pclose(pipe) }
    var line = [CChar](repeating: 0, count: 4_096)
    guard fgets(&line, CInt(line.count), pipe) != nil else { throw ClusterError.failed(command) }
    return String(
      decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// In a process group of its own, so that one signal reaches them all.
  private static func spawn(_ command: String) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command].map {
      (argument: String) in strdup(argument)
    }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", nil, &attributes, arguments, environ)
    guard code == 0 else { throw ClusterError.failed(command) }
    return child
  }
}
