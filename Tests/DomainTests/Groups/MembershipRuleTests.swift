import Domain
import Testing

private let now = Timestamp(microseconds: 1_000_000)
private let later = Timestamp(microseconds: 2_000_000)
private let latest = Timestamp(microseconds: 3_000_000)
private let directory = GroupManagement.directory(DirectoryID(high: 1, low: 1), externalID: nil)

private func row(
  _ source: MembershipSource, joined: Timestamp = now, until expiry: Timestamp? = nil,
  suspended: Timestamp? = nil
) -> MembershipRow {
  MembershipRow(
    (GroupID(high: 1, low: 2), UserID(high: 1, low: 3)), source: source,
    sourceID: source == .manual ? .nil : UUID128(high: 1, low: 4), joinedAt: joined,
    expiresAt: expiry, suspendedAt: suspended)
}

private func membership(_ sources: MembershipSource...) -> Membership {
  Membership(sources.map { row($0) }, at: now)
}

/// What a rule decides, in a word or two.
private func text(
  _ decide: () throws(MembershipRule.Refusal) -> MembershipChange
) -> String {
  do throws(MembershipRule.Refusal) {
    let change = try decide()
    var words = ["\(change.outcome)"]
    if change.putsManual { words.append("+manual") }
    words += change.removes.map { "-\($0.source.rawValue)" }
    if change.isOverwritten { words.append("warned") }
    return words.joined(separator: " ")
  } catch {
    return "refused"
  }
}

@Suite struct `The rule of memberships` {
  typealias Mode = OrganizationSettings.GroupSyncMode

  @Test(
    arguments: [
      ("", ["added +manual", "added +manual", "added +manual"]),
      ("manual", ["unchanged", "unchanged", "unchanged"]),
      ("invitation", ["unchanged", "unchanged", "unchanged"]),
      ("import", ["unchanged", "unchanged", "unchanged"]),
      ("sign_in", ["added +manual", "added +manual", "added +manual"]),
      ("directory", ["added +manual", "added +manual", "added +manual"]),
      ("manual directory", ["unchanged", "unchanged", "unchanged"]),
    ] as [(String, [String])])
  func `adds to a local group whatever the mode`(present: String, expected: [String]) {
    #expect(
      decisions(present, .local) { rule, found throws(MembershipRule.Refusal) in
        try rule.adding(to: found, until: nil)
      } == expected)
  }

  @Test(
    arguments: [
      ("", ["refused", "added +manual", "added +manual warned"]),
      ("manual", ["refused", "unchanged", "unchanged"]),
      ("directory", ["refused", "added +manual", "added +manual warned"]),
      ("manual directory", ["refused", "unchanged", "unchanged"]),
    ] as [(String, [String])])
  func `adds to a directory's group as the mode says`(present: String, expected: [String]) {
    #expect(
      decisions(present, directory) { rule, found throws(MembershipRule.Refusal) in
        try rule.adding(to: found, until: nil)
      } == expected)
  }

  @Test(
    arguments: [
      ("", ["unchanged", "unchanged", "unchanged"]),
      ("manual", ["removed -manual", "removed -manual", "removed -manual"]),
      (
        "manual invitation import",
        [
          "removed -manual -invitation -import", "removed -manual -invitation -import",
          "removed -manual -invitation -import",
        ]
      ),
      ("sign_in", ["refused", "kept", "removed -sign_in warned"]),
      ("directory", ["refused", "kept", "removed -directory warned"]),
      (
        "manual directory", ["refused", "kept -manual", "removed -manual -directory warned"]
      ),
    ] as [(String, [String])])
  func `removes from a local group what is the organization's own`(
    present: String, expected: [String]
  ) {
    #expect(
      decisions(present, .local) { rule, found throws(MembershipRule.Refusal) in
        try rule.removing(found)
      } == expected)
  }

  @Test(
    arguments: [
      ("", ["refused", "unchanged", "unchanged"]),
      ("manual", ["refused", "removed -manual", "removed -manual warned"]),
      ("directory", ["refused", "kept", "removed -directory warned"]),
      (
        "manual directory", ["refused", "kept -manual", "removed -manual -directory warned"]
      ),
    ] as [(String, [String])])
  func `removes from a directory's group as the mode says`(present: String, expected: [String]) {
    #expect(
      decisions(present, directory) { rule, found throws(MembershipRule.Refusal) in
        try rule.removing(found)
      } == expected)
  }

  @Test func `keeps what it refuses to remove when groups are set at once`() {
    let rule = MembershipRule(directory, .refuse)
    #expect(text { rule.leaving(membership(.directory)) } == "kept")
    #expect(text { rule.leaving(membership(.manual)) } == "kept")
    #expect(text { rule.leaving(membership()) } == "unchanged")
    #expect(
      text { MembershipRule(.local, .refuse).leaving(membership(.manual)) } == "removed -manual")
  }

  @Test func `gives a member another end, in place of all local rows`() throws {
    let rule = MembershipRule(.local, .refuse)
    let found = Membership([row(.manual, until: latest), row(.import)], at: now)
    #expect(
      text { () throws(MembershipRule.Refusal) in
        try rule.adding(to: found, until: nil)
      } == "unchanged")
    #expect(
      text { () throws(MembershipRule.Refusal) in
        try rule.adding(to: found, until: later)
      } == "expiryChanged +manual -import")
  }

  private func decisions(
    _ present: String, _ management: GroupManagement,
    _ decide: (MembershipRule, Membership) throws(MembershipRule.Refusal) -> MembershipChange
  ) -> [String] {
    let rows = present.split(separator: " ").compactMap { MembershipSource(rawValue: String($0)) }
    let found = Membership(rows.map { row($0) }, at: now)
    return [Mode.refuse, .keep, .overwrite].map { mode in
      text { () throws(MembershipRule.Refusal) in
        try decide(MembershipRule(management, mode), found)
      }
    }
  }
}

@Suite struct `A membership` {
  @Test func `is made of the rows that hold`() {
    let rows = [row(.manual, until: later), row(.directory, until: now), row(.signIn)]
    #expect(Membership(rows, at: now).sources == [.manual, .signIn])
    #expect(Membership(rows, at: later).sources == [.signIn])
    #expect(!Membership([row(.manual, until: now)], at: now).isMember)
  }

  @Test func `ends with its last row, and begins with its first`() {
    let rows = [row(.manual, joined: later, until: later), row(.import, until: latest)]
    #expect(Membership(rows, at: now).expiresAt == latest)
    #expect(Membership(rows, at: now).joinedAt == now)
    #expect(Membership(rows + [row(.signIn)], at: now).expiresAt == nil)
    #expect(Membership.none.expiresAt == nil)
    #expect(Membership.none.joinedAt == nil)
  }

  @Test func `keeps the time of joining when its end changes`() throws {
    let found = Membership([row(.import, joined: now)], at: now)
    let change = try MembershipRule(.local, .keep).adding(to: found, until: latest)
    let manual = change.manualRow(
      of: UserID(high: 1, low: 3), in: GroupID(high: 1, low: 2), found, until: latest,
      suspended: false, at: later)
    #expect(manual == row(.manual, joined: now, until: latest))
    #expect(change.result(of: found, manual: manual, at: later).sources == [.manual])
  }

  @Test func `begins suspended for a deactivated user, and stays as it is`() throws {
    let fresh = try MembershipRule(.local, .keep).adding(to: .none, until: nil)
    let ids = (UserID(high: 1, low: 3), GroupID(high: 1, low: 2))
    #expect(
      fresh.manualRow(of: ids.0, in: ids.1, .none, until: nil, suspended: true, at: later)
        == row(.manual, joined: later, suspended: later))
    let suspended = Membership([row(.manual, suspended: now)], at: now)
    #expect(
      fresh.manualRow(of: ids.0, in: ids.1, suspended, until: later, suspended: false, at: later)
        == row(.manual, until: later, suspended: now))
  }

  @Test func `is of a source that decides here or elsewhere`() {
    #expect(MembershipSource.allCases.filter(\.isExternal) == [.signIn, .directory])
  }
}
