import Glibc

/// `.roster/env` in the folder `rosterd dev` was started in: what a shell needs for the first call.
package struct DevEnvironmentFile: Sendable {
  package let address: String
  /// For the demo organization, which calls may then leave out.
  package let token: String
  /// For every organization and the installation's own methods.
  package let operatorToken: String
  /// The folder of grpcurl when no shell would find it by itself.
  package let toolsFolder: String?

  package init(address: String, token: String, operatorToken: String, toolsFolder: String?) {
    self.address = address
    self.token = token
    self.operatorToken = operatorToken
    self.toolsFolder = toolsFolder
  }

  package var text: String {
    var text = """
      # Written by rosterd dev. Read it into a shell with `. .roster/env`.
      export ROSTER_ADDRESS=\(quoted(address))
      # For the organization demo, which a call may then leave out.
      export ROSTER_TOKEN=\(quoted(token))
      # For every organization, and for what concerns the installation.
      export ROSTER_OPERATOR_TOKEN=\(quoted(operatorToken))

      """
    if let toolsFolder { text += "export PATH=\(quoted(toolsFolder)):\"$PATH\"\n" }
    return text
  }

  /// Writes it, 0600, and keeps it out of version control.
  package func write(in folder: String) throws(FileFailure) {
    let own = folder + "/.roster"
    guard mkdir(own, 0o700) == 0 || errno == EEXIST else { throw FileFailure(own) }
    try writeFile(own + "/.gitignore", Array("*\n".utf8), mode: 0o644)
    try writeFile(own + "/env", Array(text.utf8))
  }

  /// The folder in `path` (as in PATH) that holds grpcurl, unless every shell looks there.
  package static func toolsFolder(path: String) -> String? {
    let standard = ["/usr/local/bin", "/usr/bin", "/bin"]
    let folder = path.split(separator: ":").first { access($0 + "/grpcurl", X_OK) == 0 }
    guard let folder, folder.hasPrefix("/"), !standard.contains(String(folder)) else { return nil }
    return String(folder)
  }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
      + "'"
  }
}
