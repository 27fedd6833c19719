extension String {
  /// Scalars of a caller's own text that an answer repeats.
  private static let echoedCountMax = 128

  /// The text as an answer repeats it: cut, for what is longer would push its reason out of the
  /// trailers.
  var echoed: String {
    let scalars = unicodeScalars
    guard
      let end = scalars.index(
        scalars.startIndex, offsetBy: Self.echoedCountMax, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return self }
    return String(scalars[..<end]) + "…"
  }
}
