import Crypto
import Domain
import Foundation
import Server
import Testing

/// As a superuser, whom no grant binds. ROSTER_SOAK_TAMPERS: how often each, 20 unless set.
@Suite struct `Tampering with events` {
  enum Attack: String, CaseIterable, Sendable {
    case edit, delete, insert, reorder, truncate
  }

  private static let trialCount =
    ProcessInfo.processInfo.environment["ROSTER_SOAK_TAMPERS"].flatMap { Int($0) } ?? 20

  @Test(arguments: Attack.allCases)
  func `is found every time, and its place named`(attack: Attack) async throws {
    let missed = try await AuditFixture.with { fixture in
      let heads = try await Self.fill(fixture)
      defer { try? FileManager.default.removeItem(atPath: heads.path) }
      var dice = Dice(state: UInt64(attack.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
      var missed: [String] = []
      for trial in 0..<Self.trialCount {
        let script = Self.script(attack, trial, &dice)
        try await fixture.run(script)
        var found = try await fixture.verify().fault.map { "\($0)" }
        _ = try await HeadsVerifier(fixture.system, heads.ring).verify(heads.path) {
          found = found ?? "\($0)"
        }
        let isNamed = found?.contains("seal") == true || found?.contains("event") == true
        if !isNamed { missed.append("\(trial): \(script)") }
        try await fixture.run(Self.restoring)
        if let fault = try await fixture.verify().fault { missed.append("restored: \(fault)") }
      }
      return missed
    }
    #expect(missed == [])
  }

  /// Sealed events and signed heads, and a copy of all to go back to.
  private static func fill(
    _ fixture: AuditFixture
  ) async throws -> (path: String, ring: KeyRing) {
    for round in 0..<12 {
      for _ in 0...round % 4 { try await fixture.write(1 + round % 3) }
      try await fixture.write(1, in: AuditFixture.beta)
      try await fixture.seal()
    }
    let path = NSTemporaryDirectory() + "heads-\(UUID().uuidString)"
    let ring = KeyRing.generate()
    let export = HeadExport(fixture.system, ring, to: try HeadsFile(path))
    #expect(try await export.run(at: Timestamp(microseconds: 1)).isEmpty)
    try await fixture.run(
      """
      CREATE TABLE public.events AS SELECT * FROM roster.events;
      CREATE TABLE public.seals AS SELECT * FROM roster.event_seals;
      CREATE TABLE public.mark AS SELECT * FROM roster.event_seal_mark;
      """)
    return (path, ring)
  }

  private static let restoring = """
    DELETE FROM roster.events; INSERT INTO roster.events SELECT * FROM public.events;
    DELETE FROM roster.event_seals; INSERT INTO roster.event_seals SELECT * FROM public.seals;
    UPDATE roster.event_seal_mark AS m SET epoch = s.epoch, snapshot = s.snapshot
      FROM public.mark AS s;
    """

  private static let own = "organization_id = '\(AuditFixture.acme)'"

  /// The event at a place of the organization's.
  private static func event(_ place: Int) -> String {
    "(SELECT event_id FROM roster.events WHERE \(own) ORDER BY event_id LIMIT 1 OFFSET \(place))"
  }

  private static func script(_ attack: Attack, _ trial: Int, _ dice: inout Dice) -> String {
    let (one, other) = (Int.random(in: 0..<28, using: &dice), Int.random(in: 28..<50, using: &dice))
    switch attack {
    case .edit:
      let edits = [
        "reason = 'X'", "action = 'user.locked'", "at = at + interval '1 microsecond'",
        "actor_kind = 'user'", "actor_id = gen_random_uuid()", "target_kind = 'method'",
        "target_id = gen_random_uuid()", "outcome = 'refused'", "request_id = gen_random_uuid()",
        "trace_id = decode(repeat('ab', 16), 'hex')", "actor_details = '\\x00'",
        "target_details = NULL", "target_details = target_details || '\\x00'",
        "epoch = epoch + 1", "xid = (xid::text::int8 - 1)::text::xid8",
        "event_id = gen_random_uuid()",
      ]
      if trial % 20 >= edits.count {
        let changes = [
          "digest = sha256('x')", "previous_digest = sha256('x')",
          "event_count = event_count + 1", "at = at + interval '1 microsecond'",
        ]
        return "UPDATE roster.event_seals SET \(changes[trial % 20 - edits.count]) "
          + "WHERE \(own) AND seal_no = \(1 + one % 12)"
      }
      let isMoving = edits[trial % 20].hasPrefix("event_id")
      return "UPDATE roster.events SET "
        + (isMoving
          ? "event_id = roster.event_id_floor(at - interval '1 second')" : edits[trial % 20])
        + " WHERE \(own) AND event_id = \(event(one))"
    case .delete:
      return "DELETE FROM roster.events WHERE \(own) AND event_id = \(event(one + trial % 20))"
    case .insert:
      return """
        INSERT INTO roster.events (organization_id, event_id, epoch, xid, at, actor_kind, actor_id,
          action, target_kind, target_id, outcome)
        SELECT organization_id,
               (substr(event_id::text, 1, 14) || substr(gen_random_uuid()::text, 15))::uuid, epoch,
               xid, at, 'system', actor_id, 'user.locked', 'user', target_id, 'succeeded'
          FROM roster.events WHERE \(own) AND event_id = \(event(one))
        """
    case .reorder where trial.isMultiple(of: 2):
      return """
        UPDATE roster.events AS e SET target_id = o.target_id, target_details = o.target_details,
               xid = o.xid, at = o.at
          FROM roster.events AS o
         WHERE e.\(own) AND o.\(own)
           AND (e.event_id, o.event_id) IN ((\(event(one)), \(event(other))),
                                            (\(event(other)), \(event(one))))
        """
    case .reorder:
      let number = 1 + one % 11
      return """
        UPDATE roster.event_seals SET seal_no = -seal_no + 100000
         WHERE \(own) AND seal_no IN (\(number), \(number + 1));
        UPDATE roster.event_seals SET seal_no = \(2 * number + 1) - (100000 - seal_no)
         WHERE \(own) AND seal_no > 1000;
        """
    case .truncate:
      let kept = 12 - (1 + one % 6)
      let events = """
        DELETE FROM roster.events WHERE \(own) AND NOT pg_visible_in_snapshot(xid,
          (SELECT snapshot FROM roster.event_seals WHERE \(own) AND seal_no = \(kept)));
        """
      let seals = "DELETE FROM roster.event_seals WHERE \(own) AND seal_no > \(kept);"
      let mark = """
        UPDATE roster.event_seal_mark SET snapshot =
          (SELECT snapshot FROM roster.event_seals WHERE \(own) AND seal_no = \(kept));
        """
      return [events, seals, events + seals, events + seals + mark][trial % 4]
    }
  }
}
