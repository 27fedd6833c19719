import Crypto
import EventLoop
import Glibc
import Logging
import Metrics
import Transport

extension Configuration {
  /// Reads what TLS proves itself with; nil when there is no TLS.
  /// - Throws: a missing setting, or a ``TLSFault``, with the remedy.
  func credentials(ring: KeyRing) throws -> TLSCredentials? {
    guard let files = try tlsFiles() else { return nil }
    return try TLSCredentials.load(files, ring: ring, at: Int64(time(nil)))
  }

  /// - Throws: what TLS can't do without.
  func tlsFiles() throws(ConfigurationError) -> TLSFiles? {
    guard tls != .none else { return nil }
    guard let certificateFile = tlsSettings.certificateFile else {
      throw .missing(
        "tls.certificate_file", remedy: "name the server's certificate, or set tls to none")
    }
    guard let keyFile = tlsSettings.keyFile else {
      throw .missing("tls.key_file", remedy: "name the key of tls.certificate_file")
    }
    guard tls != .mutual || tlsSettings.clientCAFile != nil else {
      throw .missing(
        "tls.client_ca_file", remedy: "name the authorities of clients, or set tls to server")
    }
    return TLSFiles(
      certificateFile: certificateFile, keyFile: keyFile, clientCAFile: tlsSettings.clientCAFile,
      crlFile: tlsSettings.crlFile)
  }

  func security(_ credentials: TLSCredentials?) -> ListenerSecurity {
    guard let credentials else { return .plaintext }
    return .tls(credentials, clientCertificates: tls == .mutual ? .required : .none)
  }
}

/// When what TLS stands on ends.
final class ExpiryMetrics: @unchecked Sendable {
  // Safety: used on the main thread alone.

  /// What is so near that whoever reads the log should know.
  private static let warningDays = 7
  private static let family = MetricFamily(
    "roster_tls_cert_expiry_timestamp_seconds", .gauge, "When it ends, in seconds since 1970.",
    labels: ["file"])

  private let registry: MetricRegistry
  private var gauges: [String: Gauge] = [:]

  init(_ registry: MetricRegistry) {
    self.registry = registry
  }

  func publish(_ credentials: TLSCredentials, _ logger: Logger) {
    set("certificate", credentials.certificateExpiresAt)
    set("client_ca", credentials.clientCAExpiresAt)
    set("crl", credentials.crlExpiresAt)
    let days = (Int(credentials.certificateExpiresAt) - time(nil)) / 86_400
    guard days < Self.warningDays else { return }
    logger.warning(
      "tls_certificate_ends",
      metadata: [
        "days": .stringConvertible(days),
        "remedy": "renew tls.certificate_file and send SIGHUP",
      ])
  }

  private func set(_ file: String, _ instant: Int64?) {
    guard let instant else { return }
    let gauge = gauges[file] ?? registry.gauge(Self.family, file)
    gauges[file] = gauge
    gauge.set(Int(instant))
  }
}
