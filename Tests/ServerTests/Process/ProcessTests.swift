import Glibc
import Server
import Testing

@Suite struct `A child process` {
  @Test func `gives what it wrote`() throws {
    #expect(try ChildProcess.run(["sh", "-c", "echo out; echo err >&2"]) == "out\nerr\n")
  }

  @Test func `fails with its status and its words`() {
    #expect(
      throws: ChildProcess.Failure.failed(program: "sh", status: 3, output: "why\n")
    ) { try ChildProcess.run(["sh", "-c", "echo why; exit 3"]) }
    #expect(throws: ChildProcess.Failure.failed(program: "sh", status: 137, output: "")) {
      try ChildProcess.run(["sh", "-c", "kill -9 $$"])
    }
  }

  @Test func `that is not there is told by name`() {
    #expect(
      throws: ChildProcess.Failure.notStarted(
        program: "no-such-program", reason: "No such file or directory")
    ) { try ChildProcess.run(["no-such-program"]) }
  }

  @Test func `starts without blocked signals, in a group of its own`() throws {
    let status = try ChildProcess.run(["grep", "^SigBlk", "/proc/self/status"])
    #expect(status == "SigBlk:\t0000000000000000\n")
    let output = try ChildProcess.run(["sh", "-c", "echo $$; cut -d' ' -f5 /proc/$$/stat"])
    let ids = output.split(separator: "\n")
    #expect(ids[0] == ids[1])
  }
}

@Suite struct `A file` {
  @Test func `is replaced whole and is private`() throws {
    let path = "/tmp/roster-file-\(getpid())"
    defer { unlink(path) }
    try writeFile(path, Array("one".utf8))
    try writeFile(path, Array("two".utf8))
    #expect(try readFile(path) == Array("two".utf8))
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func `that is missing or too long is named`() throws {
    #expect(throws: FileFailure("/nowhere/x", reason: "No such file or directory")) {
      try readFile("/nowhere/x")
    }
    #expect(throws: FileFailure("/proc/self/maps", reason: "it is too long")) {
      try readFile("/proc/self/maps", sizeMax: 10)
    }
  }
}
