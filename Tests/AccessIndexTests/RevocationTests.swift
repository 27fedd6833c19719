import Testing

@testable import AccessIndex

@Suite struct `A revoked service token` {
  /// 10,000 histories in eight parts, so that two cores share them.
  @Test(arguments: 0..<8)
  func `is never valid 1.05 s after its commit, whatever is delayed`(part: UInt64) {
    var total = RevocationHistory.Finding()
    for seed in part * 1_250..<(part + 1) * 1_250 {
      var history = RevocationHistory(seed: seed)
      let finding = history.run()
      #expect(finding.violationCount == 0, "seed \(seed)")
      total.validCount += finding.validCount
      total.staleCount += finding.staleCount
      total.unknownCount += finding.unknownCount
    }
    // The histories are worth something: memory answered, refused, and declined to answer.
    #expect(total.validCount > 3_000)
    #expect(total.staleCount > 3_000)
    #expect(total.unknownCount > 1_000)
  }

  @Test(arguments: Mutant.allCases)
  func `is caught alive by the same histories when the index is built wrongly`(mutant: Mutant) {
    let caught = (UInt64(0)..<10_000).first { seed in
      var history = RevocationHistory(seed: seed, mutant: mutant)
      return history.run().violationCount > 0
    }
    #expect(caught != nil, "\(mutant) was never caught")
  }
}
