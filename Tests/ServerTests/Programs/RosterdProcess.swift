import Glibc
import Server

/// A rosterd of this build, in a folder of its own, with nothing of this process's environment.
final class RosterdProcess {
  struct Unexpected: Error, CustomStringConvertible {
    let description: String
  }

  private(set) var output = ""
  let child: ChildProcess
  /// Kept as long as the process runs in it.
  private let folder: TestFolder
  private let pipeEnd: CInt

  /// - Parameter folder: where it is started; state of `rosterd dev` goes into `state` there.
  init(_ arguments: [String], in folder: TestFolder) throws {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw FileFailure("pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[0]
    self.folder = folder
    let path = String(cString: getenv("PATH"))
    child = try ChildProcess.start(
      [
        "env", "-i", "-C", folder.path, "PATH=\(path)", "ROSTER_DEV=\(folder.path)/state",
        try Self.program(),
      ] + arguments,
      output: ends[1])
    close(ends[1])
  }

  deinit {
    child.send(SIGKILL)
    child.wait()
    close(pipeEnd)
  }

  /// Reads what it writes until `text` has come.
  func wait(for text: String) throws {
    while !output.contains(text) {
      guard try readMore() else {
        throw Unexpected(description: "it ended without \(text): \(output)")
      }
    }
  }

  /// Reads to the end of what it writes.
  /// - Returns: its status, or 128 + the signal that ended it.
  func waitForEnd() throws -> Int32 {
    while try readMore() {}
    return child.wait()
  }

  private func readMore() throws -> Bool {
    var ready = pollfd(fd: pipeEnd, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 60_000) > 0 else {
      throw Unexpected(description: "it is silent for a minute: \(output)")
    }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(pipeEnd, &chunk, chunk.count)
    guard count > 0 else { return false }
    output += String(decoding: chunk[..<count], as: UTF8.self)
    return true
  }

  /// `ROSTERD`, or the product beside the test bundle.
  private static func program() throws -> String {
    if let path = getenv("ROSTERD") { return String(cString: path) }
    var place = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &place, place.count - 1)
    let own = String(decoding: place[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let beside = own.prefix(upTo: own.lastIndex(of: "/") ?? own.startIndex) + "/rosterd"
    guard access(String(beside), X_OK) == 0 else {
      throw Unexpected(description: "there is no \(beside): swift build --product rosterd")
    }
    return String(beside)
  }
}

/// A folder that PostgreSQL's user can enter, removed with its owner.
final class TestFolder {
  let path: String

  init() throws {
    var template = Array("/var/tmp/roster-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileFailure("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit {
    _ = try? ChildProcess.run(["rm", "-rf", path])
  }
}

/// A TCP port that was free a moment ago on 127.0.0.1, and the socket that holds it while it lives.
final class HeldPort {
  let number: UInt16
  private let holder: CInt

  init() throws {
    let holder = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(holder, $0, length) == 0 && listen(holder, 1) == 0
          && getsockname(holder, $0, &length) == 0
      }
    }
    guard result else { throw FileFailure("127.0.0.1:0") }
    self.holder = holder
    number = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(holder) }

  static func free() throws -> UInt16 { try HeldPort().number }
}
