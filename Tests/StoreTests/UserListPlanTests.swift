import Domain
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `The plan of a list of users` {
  /// 10,000, or as many as `ROSTER_SOAK_LIST_USERS` says.
  private static let userCount =
    ProcessInfo.processInfo.environment["ROSTER_SOAK_LIST_USERS"].flatMap { Int($0) } ?? 10_000

  @Test func `reaches every table by an index, in every order`() async throws {
    let count = Self.userCount
    let scans = try await UserListWorld.with(users: count) { world in
      // Not which index: two of the same leading columns cost the same, and fall either way.
      var scans: [String] = []
      for example in UserListExample.all {
        for order in ListOrder<UserSort>.everyOne where !order.isDescending {
          let plan = try await world.plan(world.query(example, by: order))
          let title = "\(example.name) by \(order.field.rawValue)"
          scans += plan.filter { $0.contains("Seq Scan") && !$0.contains("on roles") }
            .map { "\(title):\($0)" }
        }
      }
      return scans
    }
    #expect(scans == [])
  }

  @Test func `does not flip when a column is nearly always empty`() async throws {
    let (before, after, scans) = try await UserListWorld.with(users: 10_000) { world in
      let orders = [ListOrder(UserSort.lastLoginTime), ListOrder(UserSort.displayName)]
      func plans() async throws -> [String] {
        var plans: [String] = []
        for order in orders {
          let plan = try await world.plan(world.query(.everybody, by: order))
          plans.append(summary(of: plan).split(separator: ",").first.map(String.init) ?? "")
        }
        return plans
      }
      let before = try await plans()
      _ = try await world.fixture.rows(
        """
        UPDATE roster.user_activity SET last_login_at = NULL
         WHERE ('x' || right(user_id::text, 8))::bit(32)::int % 1000 <> 1;
        UPDATE roster.users SET display_name = 'same'
         WHERE ('x' || right(user_id::text, 8))::bit(32)::int % 1000 <> 1;
        ANALYZE;
        """)
      let rare = UserListExample("", "last_login_time:*", "")
      var scans: [String] = []
      for order in ListOrder<UserSort>.everyOne {
        scans += try await world.plan(world.query(rare, by: order))
          .filter { $0.contains("Seq Scan") }
      }
      return (before, try await plans(), scans)
    }
    #expect(before == ["user_activity_last_login_order", "users_display_name"])
    #expect(after == before)
    #expect(scans == [])
  }
}

/// The nodes that read or sort, from the first to the last.
private func summary(of plan: [String]) -> String {
  let nodes = plan.compactMap { line -> String? in
    if let match = line.firstMatch(of: #/using (\w+)|Bitmap Index Scan on (\w+)/#) {
      return String(match.1 ?? match.2 ?? "")
    }
    if let match = line.firstMatch(of: #/-> +(Seq Scan on \w+|Incremental Sort|Sort|Append)/#) {
      return String(match.1)
    }
    return nil
  }
  return nodes.joined(separator: ", ")
}
