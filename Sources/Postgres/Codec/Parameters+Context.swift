extension Parameters {
  /// The organization as the text that `set_config` takes; for none the empty text, which no policy
  /// can cast to uuid: reading a protected table then fails instead of showing rows.
  mutating func organization(_ organization: (high: UInt64, low: UInt64)?) {
    open(ObjectType.text) { bytes in
      guard let organization else { return }
      bytes.reserveCapacity(bytes.count + 36)
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          bytes.append(UInt8(ascii: "-"))
        }
        let half = index < 16 ? organization.high : organization.low
        let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - (index & 15) * 4)) & 15
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
      }
    }
  }
}
