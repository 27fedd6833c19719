import API
import SwiftProtobuf
import Testing

@testable import Service

@Suite struct `A mask of settings` {
  @Test func `names each path once, however often a request does`() throws {
    let paths = Array(repeating: ["locale", "deletion", "time_zone"], count: 100).flatMap { $0 }
    let mask = try SettingsMask(.with { $0.updateMask.paths = paths })
    #expect(mask.paths == ["time_zone", "locale", "deletion"])
  }
}
