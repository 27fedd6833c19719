import Postgres
import Testing

@Suite struct `A connection string` {
  @Test func `that libpq can't read is refused with its reason`() {
    let error = #expect(throws: DatabaseError.self) { try Conninfo("host=a nonsense=1") }
    guard case .rejected(sqlState: "", let message) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(message.contains("nonsense"))
  }

  @Test(arguments: [
    ("postgresql://one:1,two:2/roster", ["one:1", "two:2"]),
    ("host=one,two port=5433", ["one:5433", "two:5433"]),
    ("host=/run/postgresql port=5432", ["/run/postgresql:5432"]),
    ("hostaddr=10.0.0.1,10.0.0.2 port=1,2", ["10.0.0.1:1", "10.0.0.2:2"]),
  ])
  func `names its hosts one by one`(text: String, hosts: [String]) throws {
    #expect(try Conninfo(text).hosts == hosts)
  }
}
