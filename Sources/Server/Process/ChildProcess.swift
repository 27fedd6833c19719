package import Glibc

/// A process started by this one. It begins with no signal blocked, in a process group of its own,
/// so that ^C at a terminal reaches only its parent.
package struct ChildProcess: Sendable {
  package enum Failure: Error, Hashable, CustomStringConvertible {
    case notStarted(program: String, reason: String)
    case failed(program: String, status: Int32, output: String)

    package var description: String {
      switch self {
      case .notStarted(let program, let reason): "\(program) can't be started: \(reason)"
      case .failed(let program, let status, let output):
        "\(program) ended with status \(status): \(output)"
      }
    }
  }

  package let id: pid_t

  /// Starts `command[0]`, searched in PATH when it has no slash.
  /// - Parameter output: takes standard output and standard error; standard input is empty.
  package static func start(
    _ command: [String], output: CInt
  ) throws(Failure) -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)

    var none = sigset_t()
    var pipe = sigset_t()
    sigemptyset(&none)
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var id = pid_t()
    let code = posix_spawnp(&id, command[0], &actions, &attributes, arguments, environ)
    guard code == 0 else {
      throw .notStarted(program: command[0], reason: String(cString: strerror(code)))
    }
    return ChildProcess(id: id)
  }

  /// Runs a command to its end.
  /// - Returns: what it wrote, at most 64 KiB.
  /// - Throws: ``Failure/failed(program:status:output:)`` when its status isn't 0.
  @discardableResult
  package static func run(_ command: [String]) throws(Failure) -> String {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw .notStarted(program: command[0], reason: String(cString: strerror(errno)))
    }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child: ChildProcess
    do {
      child = try start(command, output: ends[1])
      close(ends[1])
    } catch {
      close(ends[1])
      throw error
    }
    let output = readAll(ends[0])
    let status = child.wait()
    guard status == 0 else {
      throw .failed(program: command[0], status: status, output: output)
    }
    return output
  }

  /// Waits for the end.
  /// - Returns: the exit status, or 128 + the signal that ended it.
  @discardableResult
  package func wait() -> Int32 {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return Self.code(of: status)
  }

  /// The exit status when it has ended already, else nil. Answers once.
  package func ended() -> Int32? {
    var status: CInt = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    return Self.code(of: status)
  }

  package func send(_ signal: CInt) {
    kill(id, signal)
  }

  private static func code(of status: CInt) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private static func readAll(_ descriptor: CInt) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      if bytes.count < 65_536 { bytes.append(contentsOf: chunk[..<count]) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
