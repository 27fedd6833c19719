internal import CLibpq
internal import Glibc

/// A connection string, taken apart so that each attempt goes to one host only.
package struct Conninfo: Sendable {
  /// One server: libpq is never given a second one, since it would never leave a silent first one.
  struct Endpoint: Hashable, Sendable {
    /// A name, an address or the folder of a unix socket; `nil` is libpq's default.
    var host: String?
    /// Numeric; spares the look-up of the name.
    var address: String?
    var port: String?

    /// Nothing has to be looked up.
    var isDirect: Bool {
      guard address == nil, let host else { return true }
      return host.hasPrefix("/") || host.hasPrefix("@") || isNumeric(host)
    }

    /// For operators.
    var description: String {
      "\(host ?? address ?? "default"):\(port ?? "5432")"
    }
  }

  let endpoints: [Endpoint]
  /// Every server that is tried, for operators: host and port.
  package var hosts: [String] { endpoints.map(\.description) }

  /// Every other setting, in the order of libpq.
  let settings: [(keyword: String, value: String)]

  /// - Parameter text: a URI or `key=value` pairs, as libpq takes them; what is missing comes from
  ///   libpq's environment variables.
  /// - Throws: ``DatabaseError/rejected(sqlState:message:)`` when libpq can't read it.
  package init(_ text: String) throws(DatabaseError) {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &message) else {
      let reason = message.map { trimmed(String(cString: $0)) } ?? "out of memory"
      if let message { PQfreemem(message) }
      throw .rejected(sqlState: "", message: reason)
    }
    defer { PQconninfoFree(options) }
    let defaults = PQconndefaults()
    defer { PQconninfoFree(defaults) }
    let given = Self.values(options)
    let ambient = defaults.map { Self.values($0) } ?? []
    func value(_ keyword: String) -> String? {
      (given.first { $0.keyword == keyword } ?? ambient.first { $0.keyword == keyword })?.value
    }
    // An address of the string is not paired with a host of the environment.
    let addresses = given.first { $0.keyword == "hostaddr" }?.value
    let hosts = given.first { $0.keyword == "host" }?.value
    endpoints = Self.endpoints(
      hosts: hosts ?? (addresses == nil ? value("host") : nil),
      addresses: addresses ?? (hosts == nil ? value("hostaddr") : nil), ports: value("port"))
    settings = given.filter { !Self.ownKeywords.contains($0.keyword) }
  }

  /// What an attempt sets itself.
  private static let ownKeywords: Set<String> = [
    "host", "hostaddr", "port", "gssencmode", "target_session_attrs", "client_encoding",
    "connect_timeout",
  ]

  /// Set for every connection unless the connection string says otherwise (security.md R-DB-2).
  private static let defaults: [(keyword: String, value: String)] = [
    ("keepalives", "1"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
    ("keepalives_count", "3"), ("tcp_user_timeout", "5000"),
    ("fallback_application_name", "rosterd"),
  ]

  private static func values(
    _ options: UnsafeMutablePointer<PQconninfoOption>
  ) -> [(keyword: String, value: String)] {
    var values: [(keyword: String, value: String)] = []
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        values.append((String(cString: keyword), String(cString: value)))
      }
      option += 1
    }
    return values
  }

  /// A list of one applies to all, as in libpq.
  private static func endpoints(hosts: String?, addresses: String?, ports: String?) -> [Endpoint] {
    let hosts = list(hosts)
    let addresses = list(addresses)
    let ports = list(ports)
    return (0..<max(1, hosts.count, addresses.count)).map { index in
      Endpoint(
        host: index < hosts.count ? hosts[index] : nil,
        address: index < addresses.count ? addresses[index] : nil,
        port: ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : nil)
    }
  }

  private static func list(_ text: String?) -> [String?] {
    guard let text, !text.isEmpty else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? nil : String($0) }
  }

  /// Begins connecting to one endpoint; `nil` when memory ran out.
  func start(_ endpoint: Endpoint, address: String?) -> NativeConnection? {
    var pairs = settings
    for pair in Self.defaults where !pairs.contains(where: { $0.keyword == pair.keyword }) {
      pairs.append(pair)
    }
    pairs += [
      ("gssencmode", "disable"), ("target_session_attrs", "read-write"),
      ("client_encoding", "UTF8"),
    ]
    if let host = endpoint.host { pairs.append(("host", host)) }
    if let address = address ?? endpoint.address { pairs.append(("hostaddr", address)) }
    if let port = endpoint.port { pairs.append(("port", port)) }
    var keywords: [UnsafeMutablePointer<CChar>?] = pairs.map { strdup($0.keyword) }
    var values: [UnsafeMutablePointer<CChar>?] = pairs.map { strdup($0.value) }
    defer { for pointer in keywords + values { free(pointer) } }
    keywords.append(nil)
    values.append(nil)
    let raw = keywords.withUnsafeBufferPointer { keywords in
      values.withUnsafeBufferPointer { values in
        PQconnectStartParams(
          UnsafeRawPointer(keywords.baseAddress)?.assumingMemoryBound(
            to: UnsafePointer<CChar>?.self),
          UnsafeRawPointer(values.baseAddress)?.assumingMemoryBound(
            to: UnsafePointer<CChar>?.self), 0)
      }
    }
    return raw.map { NativeConnection(adopting: $0) }
  }
}

private func isNumeric(_ host: String) -> Bool {
  var room = in6_addr()
  return inet_pton(AF_INET, host, &room) == 1 || inet_pton(AF_INET6, host, &room) == 1
}
