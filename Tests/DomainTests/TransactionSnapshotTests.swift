import Domain
import Testing

@Suite struct `A snapshot of transactions` {
  @Test(arguments: ["1:1:", "3:9:3,5,8", "18446744073709551615:18446744073709551615:"])
  func `keeps the text that PostgreSQL writes`(text: String) {
    #expect(TransactionSnapshot(text)?.text == text)
  }

  @Test(arguments: [
    "", "1", "1:1", "2:1:", "1:1:1", "1:9:3,3", "1:9:5,3", "3:9:2", "1:9:9", "1:9:,", "01:1:",
    "1:9:+3", "-1:1:", "1:1::", "1:9:3,", "a:b:",
  ])
  func `is no other text`(text: String) {
    #expect(TransactionSnapshot(text) == nil)
  }

  @Test func `sees what had ended, and nothing that ran or had not begun`() throws {
    let snapshot = try #require(TransactionSnapshot("3:9:3,5,8"))
    #expect((1...10).filter { snapshot.sees($0) } == [1, 2, 4, 6, 7])
  }

  @Test(arguments: [
    // What is new is past the mark.
    ("3:3:", 7, [4, 9], "4:7:4"),
    // The cut is inside the mark: what the mark sees stays seen, what it doesn't waits.
    ("3:9:3,5,8", 5, [4], "4:9:4,5,8"), ("3:9:3,5,8", 8, [], "8:9:8"),
    ("3:9:3,5,8", 20, [5, 30], "5:20:5"), ("3:9:", 9, [], "9:9:"),
  ])
  func `is extended by a cut`(
    mark: String, below xid: UInt64, running: [UInt64], extended: String
  ) throws {
    let snapshot = try #require(TransactionSnapshot(mark))
    let result = snapshot.extended(below: xid, but: running)
    #expect(result.text == extended)
    #expect(TransactionSnapshot(extended) == result)
  }

  @Test func `covers every epoch before its own`() throws {
    let position = SealPosition(epoch: 2, snapshot: try #require(TransactionSnapshot("5:5:")))
    #expect(position.covers(epoch: 1, xid: 900))
    #expect(position.covers(epoch: 2, xid: 4))
    #expect(!position.covers(epoch: 2, xid: 5))
    #expect(!position.covers(epoch: 3, xid: 1))
    #expect(position.isNotBefore(.start))
    #expect(!SealPosition.start.isNotBefore(position))
  }
}
