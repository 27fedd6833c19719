// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
  // Every test runs with the checks; in a release they cost a tenth of a call.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let pluginLibrary = Target.Dependency.product(
  name: "SwiftProtobufPluginLibrary", package: "swift-protobuf")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// What a program that takes calls needs.
let wire: [Target.Dependency] = ["EventLoop", "HTTP2", "RPC", "Transport"]

/// A map of a system library: a header and a pkg-config name.
func system(_ name: String, _ pkgConfig: String?, _ package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A C target of ours: shims, or files embedded into the binary.
func c(_ name: String) -> Target {
  .target(name: name, publicHeadersPath: "include")
}

func swift(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "main",
  products: [
    .executable(name: "rosterd", targets: ["Server"]),
    .executable(name: "roster-bench", targets: ["Bench"]),
    .executable(name: "protoc-gen-roster", targets: ["protoc-gen-roster"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // C
    system("CNghttp2", "libnghttp2", "libnghttp2-dev"),
    system("CLibpq", "libpq", "libpq-dev"),
    system("COpenSSL", "openssl", "libssl-dev"),
    system("CArgon2", "libargon2", "libargon2-dev"),
    system("CIDN", "libidn2", "libidn2-dev"),
    system("CZlib", "zlib", "zlib1g-dev"),
    c("CLinux"), c("CAtomics"), c("CSchema"),

    // Ground
    swift("EventLoop", ["CLinux"]),
    swift("Crypto", ["COpenSSL", "CArgon2"]),
    swift("Metrics", ["CAtomics"]),

    // Protocols
    swift("HTTP2", ["CNghttp2"]),
    swift("RPC", ["HTTP2", "CZlib"]),
    swift("Postgres", ["CLibpq", "EventLoop", "Metrics"]),
    swift("Transport", ["EventLoop", "HTTP2", "RPC", "Crypto", "CLinux", "COpenSSL"]),

    // Meaning
    swift("Domain", []),
    swift("Text", ["Domain", "CIDN"]),
    swift("API", ["RPC", protobuf]),
    swift("Store", ["Domain", "Postgres", "CSchema"]),
    swift("AccessIndex", ["Domain", "Store", "EventLoop", "Postgres", "CAtomics"]),

    // Use cases
    swift(
      "Service",
      [
        "API", "RPC", "Domain", "Text", "Store", "Postgres", "EventLoop", "AccessIndex", "Crypto",
        protobuf,
      ]),

    // Programs
    program(
      "Server",
      [
        "Service", "API", "RPC", "HTTP2", "Transport", "EventLoop", "Store", "Postgres", "Domain",
        "AccessIndex", "Crypto", "Text", "Metrics", "CLinux", "CSchema", arguments, logging,
      ]),
    program("Bench", wire + ["API", "Postgres", "Crypto", "CLinux", protobuf, arguments]),
    program("InteropServer", wire + ["API", "Crypto", protobuf]),
    program("protoc-gen-roster", [protobuf, pluginLibrary]),

    // Tests
    swift("TestSupport", ["EventLoop", "Postgres", "Store", "Domain"]),
    swift("FuzzTargets", ["HTTP2", "RPC", "Crypto", "Transport"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("CryptoTests", ["Crypto"]),
    tests("MetricsTests", ["Metrics"]),
    tests("TextTests", ["Text", "Domain"]),
    tests("DomainTests", ["Domain"]),
    tests("HTTP2Tests", ["HTTP2"]),
    tests("RPCTests", ["RPC", "HTTP2"]),
    tests("TransportTests", wire + ["Crypto", "CLinux", "COpenSSL"]),
    tests("PostgresTests", ["Postgres", "EventLoop"]),
    tests("APITests", ["API", "RPC", protobuf]),
    tests(
      "StoreTests", ["Store", "Domain", "Postgres", "EventLoop", "TestSupport", "CSchema"],
      exclude: ["Golden"]),
    tests(
      "AccessIndexTests",
      ["AccessIndex", "Store", "Domain", "EventLoop", "Postgres", "TestSupport"]),
    tests(
      "ServiceTests",
      [
        "Service", "API", "RPC", "HTTP2", "Transport", "EventLoop", "Store", "Postgres", "Domain",
        "Text", "AccessIndex", "Crypto", "TestSupport", protobuf,
      ],
      exclude: ["Gate/Golden"]),
    tests(
      "ServerTests",
      wire + ["Server", "TestSupport", "Metrics", "Postgres", "Store", "Domain", logging]),
    tests("FuzzTests", ["FuzzTargets"]),
    tests("TidyTests", []),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)

// The libFuzzer program has no main of its own, so it exists only in fuzz builds.
if Context.environment["ROSTER_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzTargets"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
