/// One kind of row that expires: what is past its time is nothing to anybody who looks at it, and
/// is swept away, with its events, sometime later. A file a kind.
package protocol ExpirySweep: Sendable {
  /// Names it in the log.
  var name: String { get }

  /// Sweeps up to 1,000 rows. Safe when two run at once.
  /// - Returns: how many rows were found; 0: there is nothing left to do.
  func step() async throws(ServiceFailure) -> Int
}
