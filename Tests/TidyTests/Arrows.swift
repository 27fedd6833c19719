/// Which of our targets each target may import. Arrows only point down.
enum Arrows {
  static let allowed: [String: Set<String>] = [
    // C
    "CLinux": [], "CAtomics": [], "CSchema": [],
    // Ground
    "EventLoop": ["CLinux", "COpenSSL"],
    "Crypto": ["COpenSSL", "CArgon2"],
    "Metrics": ["CAtomics"],
    // Protocols
    "HTTP2": ["CNghttp2"],
    "RPC": ["HTTP2", "CZlib"],
    "Postgres": ["CLibpq", "EventLoop", "Metrics"],
    "Transport": ["EventLoop", "HTTP2", "RPC", "Crypto", "CLinux", "COpenSSL"],
    // Meaning
    "Domain": [],
    "Text": ["Domain", "CIDN"],
    "API": ["RPC"],
    "Store": ["Domain", "Postgres", "CSchema"],
    "AccessIndex": ["Domain", "Store", "EventLoop", "Postgres", "CAtomics"],
    // Use cases
    "Service": [
      "API", "RPC", "Domain", "Text", "Store", "Postgres", "EventLoop", "AccessIndex", "Crypto",
    ],
    // Programs
    "Server": [
      "Service", "API", "RPC", "HTTP2", "Transport", "EventLoop", "Store", "Postgres", "Domain",
      "AccessIndex", "Crypto", "Text", "Metrics", "CLinux", "CSchema",
    ],
    "Bench": [
      "API", "RPC", "HTTP2", "Transport", "EventLoop", "Postgres", "Crypto", "CLinux",
    ],
    "InteropServer": ["API", "RPC", "HTTP2", "Transport", "EventLoop", "Crypto"],
    "protoc-gen-roster": [],
    // Tests
    "TestSupport": [
      "Domain", "EventLoop", "Postgres", "Store", "Crypto", "HTTP2", "RPC", "Transport", "API",
      "Service", "AccessIndex", "Text",
    ],
    "FuzzTargets": ["HTTP2", "RPC", "Crypto", "Transport", "Domain"],
    "Fuzz": ["FuzzTargets"],
  ]

  /// Libraries of others, and who may use them; what is absent here is free for programs only.
  static let foreign: [String: Set<String>] = [
    "SwiftProtobuf": [
      "API", "Service", "Bench", "InteropServer", "protoc-gen-roster", "TestSupport",
    ],
    "SwiftProtobufPluginLibrary": ["protoc-gen-roster"],
    "ArgumentParser": ["Server", "Bench"],
    "Logging": ["Server"],
    "Foundation": foundationUsers,
    "FoundationEssentials": foundationUsers,
  ]

  private static let foundationUsers: Set<String> = [
    "API", "Service", "Server", "Bench", "InteropServer", "protoc-gen-roster", "TestSupport",
  ]

  /// Parts of the system and the standard library that everyone may import.
  static let free: Set<String> = ["Glibc", "Synchronization", "Swift"]
}
