import FuzzTargets
import Glibc

/// libFuzzer's driver: runs the callback on inputs until it is told to stop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry point under the name that SwiftPM links as `main`. Puts the target's seeds into the
/// folder ROSTER_FUZZ_SEEDS first, when it is set.
@_cdecl("Fuzz_main")
public func fuzzMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  if let folder = getenv("ROSTER_FUZZ_SEEDS") { writeSeeds(to: String(cString: folder)) }
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments, fuzzOneInput)
}

/// libFuzzer's entry: the body is named by ROSTER_FUZZ_TARGET.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.body(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

private func writeSeeds(to folder: String) {
  for (index, seed) in target.seeds.enumerated() {
    guard let file = fopen("\(folder)/seed-\(index)", "w") else { continue }
    fwrite(seed, 1, seed.count, file)
    fclose(file)
  }
}

private let target: FuzzTarget = {
  let name = getenv("ROSTER_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget.named(name) else {
    let names = FuzzTarget.all.map(\.name).joined(separator: " ")
    print("ROSTER_FUZZ_TARGET must be one of: \(names)")
    exit(2)
  }
  return target
}()
