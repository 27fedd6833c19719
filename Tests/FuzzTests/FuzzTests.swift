import FuzzTargets
import Testing

/// Ordinary test runs carry a little of the fuzzing: literal seeds, and mutations of them
/// from a fixed seed.
@Suite struct `Every fuzz target` {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func `takes its seeds and mutations of them`(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let seeds = target.seeds
    #expect(!seeds.isEmpty)
    var random = SplitMix(seed: 0x0052_6F73_7465_7201)
    for input in seeds { input.withUnsafeBytes(target.body) }
    for _ in 0..<3_000 {
      var input = seeds[Int(random.next() % UInt64(seeds.count))]
      for _ in 0...(random.next() % 8) { random.mutate(&input) }
      input.withUnsafeBytes(target.body)
    }
  }
}

/// A generator whose sequence never changes.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func mutate(_ bytes: inout [UInt8]) {
    let place = bytes.isEmpty ? 0 : Int(next() % UInt64(bytes.count))
    let byte = UInt8(truncatingIfNeeded: next())
    switch next() % 5 {
    case 0: bytes.insert(byte, at: place)
    case 1: if !bytes.isEmpty { bytes.remove(at: place) }
    case 2: if !bytes.isEmpty { bytes[place] = byte }
    case 3: if !bytes.isEmpty { bytes[place] ^= 1 << (byte & 7) }
    default: bytes += bytes.prefix(Int(byte))
    }
  }
}
