import Postgres
import RPC
import Transport

extension Pools {
  /// How long calls wait for the database of their loop.
  var queueWaits: QueueProbe {
    let requests = self.requests
    return { loop, now in
      guard let database = requests.first(where: { $0.loop === loop }) else { return QueueWaits() }
      let waits = database.takeWaits(at: now)
      return QueueWaits(lookup: waits.lookup, write: waits.write, bulk: waits.bulk)
    }
  }
}
