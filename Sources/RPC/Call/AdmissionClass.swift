/// In the order in which overload spares calls: the last is turned away first (R-LOAD-1).
package enum AdmissionClass: UInt8, CaseIterable, Sendable {
  /// Checks and validations, on which other services' calls wait; health and reflection. Never
  /// turned away because calls wait.
  case check
  /// Look-ups of single resources.
  case lookup
  /// Changes of single resources.
  case write
  /// Lists, large batches, exports, imports.
  case bulk
}
