import Glibc

/// The folder in which `rosterd dev` keeps its cluster, keys and token from one start to the next.
package final class DevState {
  package let account: DevAccount
  /// Absolute; 0700 and owned by the account PostgreSQL runs under.
  package let folder: String
  private let lock: CInt

  package var dataFolder: String { folder + "/data" }
  package var keysFile: String { folder + "/keys.json" }
  /// The secret of the token for the demo organization.
  package var tokenFile: String { folder + "/token" }
  /// The secret of the token for every organization.
  package var operatorTokenFile: String { folder + "/operator-token" }
  package var postgresLog: String { folder + "/postgres.log" }

  /// A path of a unix socket ends at 107 bytes, and PostgreSQL adds 14 to its folder.
  private static let socketFolderMax = 107 - "/.s.PGSQL.5432".utf8.count

  /// Opens `ROSTER_DEV`, or roster-dev-<uid> in /var/tmp, and holds it against a second process.
  package init(environment: [String: String]) throws(DevFailure) {
    let account = try DevAccount.current()
    let chosen = environment["ROSTER_DEV"].flatMap { $0.isEmpty ? nil : $0 }
    let folder = try Self.absolute(chosen ?? "/var/tmp/roster-dev-\(getuid())")
    try account.claimFolder(folder)
    let path = folder + "/lock"
    let lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw DevFailure(FileFailure(path).description) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw DevFailure(
        "another rosterd dev uses \(folder); end it, or set ROSTER_DEV to another folder")
    }
    self.account = account
    self.folder = folder
    self.lock = lock
  }

  deinit {
    close(lock)
  }

  /// Where the socket goes: the state's own folder, or a short one when that is too deep.
  package func socketFolder() throws(DevFailure) -> String {
    guard folder.utf8.count > Self.socketFolderMax else { return folder }
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in folder.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let short = "/tmp/roster-\(getuid())-\(String(digest, radix: 36))"
    try account.claimFolder(short)
    return short
  }

  private static func absolute(_ path: String) throws(DevFailure) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { throw DevFailure(FileFailure(path).description) }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }
}
