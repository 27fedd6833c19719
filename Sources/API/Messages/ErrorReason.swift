/// The published reasons of errors: `proto/roster/v1/errors.proto`. Its `text` is the `reason` of
/// an ErrorInfo.
package typealias ErrorReason = Roster_V1_ErrorReason
