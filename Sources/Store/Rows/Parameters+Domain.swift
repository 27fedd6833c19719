package import Domain
package import Postgres

extension Parameters {
  package mutating func id(_ id: some ResourceID) {
    uuid(high: id.uuid.high, low: id.uuid.low)
  }

  package mutating func id(_ id: UUID128) {
    uuid(high: id.high, low: id.low)
  }

  package mutating func optionalID(_ id: (some ResourceID)?) {
    uuid(id.map { (high: $0.uuid.high, low: $0.uuid.low) })
  }

  package mutating func optionalUUID(_ id: UUID128?) {
    uuid(id.map { (high: $0.high, low: $0.low) })
  }

  package mutating func ids(_ ids: some Sequence<some ResourceID>) {
    uuids(ids.lazy.map { (high: $0.uuid.high, low: $0.uuid.low) })
  }

  /// Four: whether it is everything; the person; the groups; the companies.
  package mutating func reach(_ reach: Reach) {
    switch reach {
    case .all:
      bool(true)
      id(UserID(.nil))
      ids([GroupID]())
      ids([CompanyID]())
    case .some(let user, let groups, let companies):
      bool(false)
      id(user)
      ids(groups)
      ids(companies)
    }
  }

  package mutating func instant(_ instant: Timestamp?) {
    timestamp(microseconds: instant?.microseconds)
  }
}
