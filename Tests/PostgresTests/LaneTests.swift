import EventLoop
import Testing

@testable import Postgres

@Suite struct `The lanes of a pool` {
  /// One caller of each lane after another, until none gets in; who got in, in order.
  private func fill(_ count: Int, _ lanes: [Lane]) -> [Lane: Int] {
    var shares = LaneShares(connectionCount: count, isReserving: true)
    var held: [Lane: Int] = [:]
    for lane in lanes {
      while shares.allows(lane) {
        shares.take(lane)
        held[lane, default: 0] += 1
      }
    }
    return held
  }

  @Test func `leave half to others than bulk, and one to look-ups`() {
    #expect(fill(6, [.bulk, .write, .lookup]) == [.bulk: 3, .write: 2, .lookup: 1])
    #expect(fill(6, [.write, .bulk, .lookup]) == [.write: 5, .lookup: 1])
    #expect(fill(6, [.lookup, .write, .bulk]) == [.lookup: 6])
    #expect(fill(3, [.bulk, .write, .lookup]) == [.bulk: 1, .write: 1, .lookup: 1])
    #expect(fill(2, [.bulk, .write, .lookup]) == [.bulk: 1, .write: 1])
    #expect(fill(1, [.bulk, .write, .lookup]) == [.bulk: 1])
  }

  @Test func `reserve nothing in a pool without callers`() {
    var shares = LaneShares(connectionCount: 3, isReserving: false)
    for _ in 0..<3 {
      #expect(shares.allows(.bulk))
      shares.take(.bulk)
    }
    #expect(!shares.allows(.bulk) && !shares.allows(.lookup))
    shares.giveBack(.bulk)
    #expect(shares.room(for: .lookup) == 1)
  }

  @Test func `let a look-up pass while bulk work fills its half and waits for more`()
    async throws
  {
    let (value, held, waits) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 4
      $0.reservesForLookups = true
    } _: { database in
      var held: [Transaction] = []
      for _ in 0..<2 {
        held.append(try await database.begin(as: .none, kind: .bulk, deadline: nil))
      }
      let third = Task(executorPreference: database.loop) {
        try await database.begin(as: .none, kind: .bulk, deadline: nil)
      }
      while database.counters.waits < 3 { await Task.yield() }
      let before = database.counters.connects
      let value = try await database.read(EchoRead(value: 7), as: .none, deadline: nil)
      let connects = database.counters.connects - before
      // The one that waits gets the first that comes back, and none that is idle before.
      await held[0].rollback()
      await (try await third.value).rollback()
      await held[1].rollback()
      return (value, connects, database.counters.waits)
    }
    #expect(value == [7])
    #expect(held == 1)
    #expect(waits == 4)
  }

  @Test func `bound who waits in each of them alone`() async throws {
    let (errors, value) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 2
      $0.waitersMax = 1
      $0.reservesForLookups = true
    } _: { database in
      let holder = try await database.begin(as: .none, kind: .bulk, deadline: nil)
      let errors = await parallel(2) { (_) throws(DatabaseError) in
        _ = try await database.begin(
          as: .none, kind: .bulk, deadline: .after(milliseconds: 50))
      }.map(\.error)
      let value = try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
      await holder.rollback()
      return (errors, value)
    }
    #expect(Set(errors) == [.overloaded, .timeout])
    #expect(value == [1])
  }
}

@Suite struct `The gauge of a queue` {
  private func instant(_ nanoseconds: UInt64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: nanoseconds)
  }

  @Test func `tells the least wait of those served, which a burst leaves small`() {
    var gauge = QueueGauge()
    gauge.served(after: 300)
    gauge.served(after: 20)
    gauge.served(after: 400)
    #expect(gauge.read(at: 1_000, oldest: instant(100)) == 20)
    #expect(gauge.read(at: 1_000, oldest: nil) == 0)
  }

  @Test func `tells the age of the first, or who left, when nobody is served`() {
    var gauge = QueueGauge()
    #expect(gauge.read(at: 1_000, oldest: instant(400)) == 600)
    gauge.left(after: 700)
    #expect(gauge.read(at: 1_000, oldest: instant(400)) == 700)
    gauge.left(after: 50)
    gauge.served(after: 10)
    #expect(gauge.read(at: 1_000, oldest: nil) == 10)
  }

  @Test func `of point reads and of each lane is read and reset`() async throws {
    let (idle, busy, after) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: { database in
      _ = try await database.read(Echo(value: 1), as: .none, deadline: nil)
      _ = try await database.read(Echo(value: 1), as: .none, deadline: nil)
      let idle = database.takeWaits(at: database.loop.now.nanoseconds)
      let holder = try await database.begin(as: .none, kind: .write, deadline: nil)
      let late = await parallel(1) { (_) throws(DatabaseError) in
        _ = try await database.begin(
          as: .none, kind: .bulk, deadline: .after(milliseconds: 30))
      }
      #expect(late[0].error == .timeout)
      let busy = database.takeWaits(at: database.loop.now.nanoseconds)
      await holder.rollback()
      return (idle, busy, database.takeWaits(at: database.loop.now.nanoseconds))
    }
    // The first read waited for its connection, the second for nothing.
    #expect(idle.lookup < 30_000_000)
    #expect(busy.bulk >= 29_000_000)
    #expect(busy.lookup == 0)
    #expect(after == DatabaseWaits(lookup: 0, write: 0, bulk: 0))
  }
}

@Suite struct `The limits of a statement` {
  private func limits(_ kind: StatementKind, _ milliseconds: Int?) -> [Int]? {
    let now = MonotonicInstant(nanoseconds: 1_000_000_000)
    let deadline = milliseconds.map { now.advanced(by: .milliseconds($0)) }
    return Timeouts(kind: kind, deadline: deadline, now: now).map {
      [$0.statementMilliseconds, $0.lockMilliseconds]
    }
  }

  @Test func `are what remains less five milliseconds, half of it for locks`() {
    #expect(limits(.write, 100) == [95, 50])
    #expect(limits(.read, 1_000) == [995, 500])
    #expect(limits(.bulk, 20_000) == [19_995, 10_000])
  }

  @Test func `are told to the server in the same flush`() async throws {
    let (told, shared) = try await TestCluster.withDatabase { database in
      let told = try await database.read(
        ServerLimits(), as: .none, deadline: .after(milliseconds: 1_500))
      let shared = try await database.read(ServerLimits(), as: .none, deadline: nil)
      return (told[0], shared[0])
    }
    #expect((1...1_495).contains(told[0]))
    #expect((1...750).contains(told[1]))
    #expect(shared == [2_000, 1_000])
  }

  @Test func `are the kind's own when more remains, or no deadline was set`() {
    #expect(limits(.point, 10_000) == [250, 125])
    #expect(limits(.write, nil) == [2_000, 1_000])
    #expect(limits(.list, 3_000) == [2_000, 1_000])
    #expect(limits(.bulk, nil) == [30_000, 15_000])
  }

  @Test func `leave nothing to begin with in the last five milliseconds`() {
    #expect(limits(.write, 6) == [1, 3])
    #expect(limits(.write, 5) == nil)
    #expect(limits(.write, 0) == nil)
    #expect(limits(.write, -10) == nil)
  }
}
