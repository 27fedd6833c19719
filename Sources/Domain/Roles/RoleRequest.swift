/// Somebody's wish to have a role, until somebody else decides it.
package struct RoleRequest: Hashable, Sendable {
  package let id: RoleRequestID
  package let organization: OrganizationID
  package let role: RoleID
  package let user: UserID
  /// For how long the role is wanted, from the approval on; nil: for good.
  package let wantedFor: Duration?
  package let justification: Reason
  package let createdAt: Timestamp
  /// When it ends if nobody has decided it.
  package let expiresAt: Timestamp
  /// As it is stored: a pending one may have expired, which ``state(at:)`` tells.
  package private(set) var state: State
  package private(set) var decision: Decision?
  /// Grows by one with every change; 1 at creation.
  package private(set) var version: Int64

  package enum State: String, Sendable, CaseIterable {
    case pending, approved, denied, withdrawn, expired
  }

  /// How it ended, and by whom; a withdrawal too.
  package struct Decision: Hashable, Sendable {
    package let at: Timestamp
    package let by: Principal
    package let reason: Reason
    /// What an approval gave.
    package let grant: GrantID?

    package init(
      at: Timestamp, by principal: Principal, reason: Reason = Reason(stored: ""),
      grant: GrantID? = nil
    ) {
      self.at = at
      by = principal
      self.reason = reason
      self.grant = grant
    }
  }

  package enum Refusal: Error, Hashable {
    /// It ended otherwise.
    case ended(State)
    /// Nobody decides their own.
    case own
    case justificationMissing
    /// Outside of 1 second to 366 days.
    case durationOutOfRange
  }

  /// How long one waits for a decision.
  package static let lifetime = Duration.seconds(7 * 86_400)
  package static let wantedSecondsMax = 366 * 86_400

  /// A request as it is made.
  package init(
    id: RoleRequestID, organization: OrganizationID, _ wish: Wish, at instant: Timestamp
  ) throws(Refusal) {
    guard !wish.justification.text.allSatisfy(\.isWhitespace) else { throw .justificationMissing }
    if let duration = wish.wantedFor {
      guard .seconds(1) ... .seconds(Self.wantedSecondsMax) ~= duration else {
        throw .durationOutOfRange
      }
    }
    self.init(
      id: id, organization: organization, wish, createdAt: instant,
      expiresAt: instant.advanced(by: Self.lifetime),
      Progress(state: .pending, decision: nil, version: 1))
  }

  /// A request as it is stored.
  package init(
    id: RoleRequestID, organization: OrganizationID, _ wish: Wish, createdAt: Timestamp,
    expiresAt: Timestamp, _ progress: Progress
  ) {
    self.id = id
    self.organization = organization
    role = wish.role
    user = wish.user
    wantedFor = wish.wantedFor
    justification = wish.justification
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    state = progress.state
    decision = progress.decision
    version = progress.version
  }

  /// What is asked for.
  package struct Wish: Hashable, Sendable {
    package let role: RoleID
    package let user: UserID
    package let wantedFor: Duration?
    package let justification: Reason

    package init(role: RoleID, user: UserID, wantedFor: Duration?, justification: Reason) {
      self.role = role
      self.user = user
      self.wantedFor = wantedFor
      self.justification = justification
    }
  }

  /// What changes about a request.
  package struct Progress: Hashable, Sendable {
    package let state: State
    package let decision: Decision?
    package let version: Int64

    package init(state: State, decision: Decision?, version: Int64) {
      self.state = state
      self.decision = decision
      self.version = version
    }
  }

  /// Its state at an instant, whether or not somebody has recorded the expiry.
  package func state(at instant: Timestamp) -> State {
    state == .pending && expiresAt <= instant ? .expired : state
  }

  // MARK: Verbs

  /// Takes it back.
  /// - Returns: whether anything changed.
  package mutating func withdraw(
    at instant: Timestamp, by principal: Principal
  ) throws(Refusal) -> Bool {
    try end(.withdrawn, Decision(at: instant, by: principal))
  }

  /// Says no.
  /// - Returns: whether anything changed.
  package mutating func deny(_ decision: Decision) throws(Refusal) -> Bool {
    try requireOther(decision.by)
    return try end(.denied, decision)
  }

  /// Says yes.
  /// - Parameter decision: with the grant that gives the role.
  /// - Returns: whether anything changed.
  package mutating func approve(_ decision: Decision) throws(Refusal) -> Bool {
    try requireOther(decision.by)
    return try end(.approved, decision)
  }

  /// Records that nobody decided it in time.
  /// - Returns: whether anything changed.
  package mutating func expire(at instant: Timestamp) -> Bool {
    guard state == .pending, expiresAt <= instant else { return false }
    state = .expired
    version += 1
    return true
  }

  /// Checks that somebody else decides.
  package func requireOther(_ decider: Principal) throws(Refusal) {
    guard decider != .user(user) else { throw .own }
  }

  /// The same end twice changes nothing.
  private mutating func end(_ end: State, _ decision: Decision) throws(Refusal) -> Bool {
    let present = state(at: decision.at)
    if present == end { return false }
    guard present == .pending else { throw .ended(present) }
    state = end
    self.decision = decision
    version += 1
    return true
  }
}
