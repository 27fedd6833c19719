package import Glibc

/// The account under which `rosterd dev` runs PostgreSQL, which refuses to run as root: our own,
/// or `postgres` (else `nobody`) when we are root.
package struct DevAccount: Hashable, Sendable {
  package let user: uid_t
  package let group: gid_t
  /// Nil when it is the account we run under.
  package let name: String?

  package static func current() throws(DevFailure) -> DevAccount {
    guard geteuid() == 0 else {
      return DevAccount(user: geteuid(), group: getegid(), name: nil)
    }
    for name in ["postgres", "nobody"] {
      if let entry = getpwnam(name) {
        return DevAccount(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid, name: name)
      }
    }
    throw DevFailure(
      "PostgreSQL can't run as root and there is no user postgres or nobody; "
        + "start rosterd dev as another user")
  }

  /// What a command is put behind so that it runs under this account, in a folder it can enter.
  package var commandPrefix: [String] {
    guard name != nil else { return [] }
    return ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
  }

  /// Makes a folder that only this account (and root) can enter, or checks the one that is there.
  package func claimFolder(_ path: String) throws(DevFailure) {
    if mkdir(path, 0o700) == 0 {
      guard chown(path, user, group) == 0 else { throw DevFailure(FileFailure(path).description) }
      return
    }
    guard errno == EEXIST else { throw DevFailure(FileFailure(path).description) }
    var status = stat()
    guard lstat(path, &status) == 0 else { throw DevFailure(FileFailure(path).description) }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user else {
      throw DevFailure(
        "\(path) is there and belongs to somebody else; set ROSTER_DEV to another folder")
    }
    guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else {
      throw DevFailure(FileFailure(path).description)
    }
  }
}

/// Why `rosterd dev` can't go on; the text names what to do.
package struct DevFailure: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
