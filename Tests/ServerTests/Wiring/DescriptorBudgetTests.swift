import Testing

@testable import Server

@Suite struct `The budget of descriptors` {
  @Test(arguments: [
    (asked: 10_000, descriptors: 20_000 as UInt, fitting: 10_000),
    (asked: 10_000, descriptors: 10_114, fitting: 10_000),
    (asked: 10_000, descriptors: 10_113, fitting: 9_999),
    (asked: 10_000, descriptors: 1_024, fitting: 910),
    (asked: 10_000, descriptors: 20, fitting: 1),
    (asked: 10_000, descriptors: .max, fitting: 10_000),
  ])
  func `leaves places for PostgreSQL and the process itself`(
    asked: Int, descriptors: UInt, fitting: Int
  ) {
    #expect(
      DescriptorBudget.fitting(asked: asked, databaseMax: 50, descriptors: descriptors) == fitting)
  }
}
