package import Domain
package import Postgres

/// Revokes every grant of a role that has not ended, and writes the event of each, as of the one
/// event that tells of the role's deletion.
package struct EndGrantsOfRole: Statement {
  package let role: RoleID
  /// Whose organization, instant, actor, request and trace each event has.
  package let event: Event

  package init(_ role: RoleID, asOf event: Event) {
    self.role = role
    self.event = event
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH ended AS (
      UPDATE roster.role_grants
         SET revoked_at = $3, revoked_by_kind = $4, revoked_by = $5
       WHERE organization_id = $1 AND role_id = $2 AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $3)
      RETURNING user_id, group_id
    )
    INSERT INTO roster.events (
      organization_id, event_id, epoch, at, actor_kind, actor_id, action, target_kind, target_id,
      outcome, request_id, trace_id)
    SELECT $1, roster.make_event_id($3), (SELECT epoch FROM roster.cluster_epoch), $3, $4, $5, $6,
           CASE WHEN user_id IS NULL THEN 'group' ELSE 'user' END, coalesce(user_id, group_id),
           'succeeded', $7, $8
      FROM ended
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(event.organization)
    parameters.id(role)
    parameters.instant(event.at)
    parameters.text(event.actor.kind.rawValue)
    parameters.id(event.actor.id)
    parameters.text(EventAction.grantRevoked.rawValue)
    parameters.optionalID(event.requestID)
    parameters.bytes(event.traceID)
  }

  package typealias Row = NoRow
}
