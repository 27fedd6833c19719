"""Plays the pages of user management as calls, and prints what a person would see there.

scripts/tour starts a fresh server for it; `tour.py ADDRESS TOKEN` plays it against one that runs.
"""

import sys

import grpc
from google.protobuf import timestamp_pb2

from messages import POOL, message


class Directory:
    """Calls by the names of the proto, in one organization, as a backend or for a person."""

    def __init__(self, channel, token, person=None):
        self.channel = channel
        self.token = token
        self.person = person

    def acting_for(self, user_id):
        return Directory(self.channel, self.token, user_id)

    def __call__(self, method, **fields):
        service, name = method.split("/")
        described = POOL.FindMethodByName(f"roster.v1.{service}.{name}")
        request = message(described.input_type.name)(**fields)
        answer = message(described.output_type.name)
        path = f"/roster.v1.{service}/{name}"
        metadata = [("authorization", f"Bearer {self.token}")]
        if self.person:
            metadata.append(("roster-user", self.person))
        kind = self.channel.unary_stream if described.server_streaming else self.channel.unary_unary
        call = kind(
            path, request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString)
        return call(request, metadata=metadata, timeout=20)


def refusal(call):
    """The reason in ErrorInfo of a call that must fail."""
    try:
        call()
    except grpc.RpcError as error:
        for key, value in error.trailing_metadata():
            if key == "grpc-status-details-bin":
                status = message_of_status(value)
                return status
        raise
    raise AssertionError("the call was expected to be refused")


def message_of_status(value):
    from google.rpc import error_details_pb2, status_pb2
    for detail in status_pb2.Status.FromString(value).details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return info.reason
    return None


class Tour:
    """Each method is a page; `lines` is all that was printed."""

    def __init__(self, directory, out=print):
        self.call = directory
        self.out = out
        self.lines = []
        self.ada = self.find("ada@demo.example")
        self.admin = directory.acting_for(self.ada.user_id)

    def say(self, line=""):
        self.lines.append(line)
        self.out(line)

    def page(self, title):
        self.say()
        self.say(title)
        self.say("=" * len(title))

    def find(self, email):
        return self.call("UserService/GetUserByEmail", email=email).user

    def role(self, key):
        return next(
            role for role in self.call("RoleService/ListRoles").roles if role.key == key)

    def table(self, title, rows, *columns):
        self.say(f"{title}:")
        widths = [max(len(str(row[index])) for row in [columns, *rows])
                  for index in range(len(columns))]
        for row in [columns, *rows]:
            cells = [str(cell).ljust(width) for cell, width in zip(row, widths)]
            self.say("  " + "  ".join(cells).rstrip())

    def users(self, **arguments):
        """Rows of the Users tab: what ListUsers answers in one call."""
        view = POOL.FindEnumTypeByName("roster.v1.UserView").values_by_name["USER_VIEW_FULL"].number
        action = POOL.FindEnumTypeByName("roster.v1.UserAction").values_by_number
        listed = self.admin("UserService/ListUsers", view=view, **arguments).users
        return [(
            row.user.display_name or f"{row.user.given_name} {row.user.family_name}",
            row.user.email,
            status(row.user),
            ", ".join(sorted({role.name for role in row.roles})) or "-",
            ", ".join(sorted({group.name for group in row.groups})) or "-",
            "never" if not row.HasField("last_login_time") else
            row.last_login_time.ToDatetime().date(),
            ", ".join(action[number].name.removeprefix("USER_ACTION_").lower()
                      for number in row.available_actions),
        ) for row in listed]

    USER_COLUMNS = ("Name", "Email", "Status", "Roles", "Groups", "Last login", "Actions")

    # MARK: The pages

    def play(self):
        self.the_people()
        self.adding_a_user()
        self.groups()
        self.roles()
        self.a_manager()
        self.incident()
        self.leaving()
        self.companies()
        self.log()

    def the_people(self):
        self.page("Administration > Users")
        self.table("First five by name", self.users(order_by="display_name", page_size=5),
                   *self.USER_COLUMNS)
        self.table("Search for 'lovel'", self.users(search="lovel"), *self.USER_COLUMNS)
        self.say("Refused, since the filter names no field: " + refusal(
            lambda: self.call("UserService/ListUsers", filter="colour = 'red'")))

    def adding_a_user(self):
        self.page("Users > Add user")
        fields = message("UserFields")(
            email="grace.tour@demo.example", given_name="Grace", family_name="Tour")
        self.grace = self.admin(
            "UserService/CreateUser", user=fields, initial_password="correct horse battery").user
        self.say(f"Added {self.grace.email}, {status(self.grace)}")
        self.say("Once more: " + refusal(
            lambda: self.admin("UserService/CreateUser", user=fields)))
        user = self.role("user")
        answer = self.admin(
            "RoleService/SetUserRole", user_id=self.grace.user_id, role_id=user.role_id)
        self.say(f"Role: {user.name}; gained {rights(answer.gained)}")

    def groups(self):
        self.page("Groups > Create group")
        fields = message("GroupFields")(name="Support Team", description="Answers customers")
        self.support = self.admin("GroupService/CreateGroup", group=fields).group
        added = self.admin(
            "GroupService/BatchAddMembers", group_id=self.support.group_id,
            user_ids=[self.grace.user_id, self.ada.user_id])
        self.say(f"Created {self.support.name}; added {len(added.results)} members")
        listed = self.admin("GroupService/ListGroups").groups
        self.table("Groups", [
            (group.name, group.member_count, management(group)) for group in listed],
            "Name", "Users", "Managed by")
        members = self.admin(
            "GroupService/ListMembers", group_id=self.support.group_id,
            order_by="display_name").members
        self.table("Support Team", [
            (member.display_name, member.email, member.join_time.ToDatetime().date())
            for member in members], "Member", "Email", "Joined")
        candidates = self.admin(
            "GroupService/ListMemberCandidates", group_id=self.support.group_id,
            page_size=3).candidates
        self.say(f"Assign users offers {len(candidates)} of those who are not in it yet")

    def roles(self):
        self.page("Roles & permissions")
        roles = self.admin("RoleService/ListRoles", with_holders=True, with_rights=True).roles
        self.table("Roles", [
            (role.name, role.rank, role.holders.user_count, rights(role.rights, 3))
            for role in roles], "Role", "Rank", "Users", "Rights")

    def a_manager(self):
        self.page("Users > Change role")
        manager = self.role("manager")
        asked = dict(user_id=self.grace.user_id, role_id=manager.role_id)
        preview = self.admin("RoleService/SetUserRole", validate_only=True, **asked)
        self.say(f"Preview: gains {rights(preview.gained, 4)}; loses {rights(preview.lost)}")
        self.admin("RoleService/SetUserRole", **asked)
        person = self.call.acting_for(self.grace.user_id)
        seen = person("UserService/ListUsers").users
        self.say(f"As a manager Grace sees {len(seen)} people: those of her groups")
        self.say("She locks Ada, who administers: " + refusal(
            lambda: person("UserService/LockUser", user_id=self.ada.user_id)))
        admin = self.role("super_admin")
        self.say("She makes herself Super Admin: " + refusal(
            lambda: person(
                "RoleService/GrantRole", role_id=admin.role_id, user_id=self.grace.user_id)))

    def incident(self):
        self.page("Users > Lock user")
        locked = self.admin(
            "UserService/LockUser", user_id=self.grace.user_id, reason="laptop stolen").user
        self.say(f"{locked.email}: {status(locked)}, {locked.lock.reason}")
        person = self.call.acting_for(self.grace.user_id)
        self.say("On her behalf: " + refusal(lambda: person("UserService/ListUsers")))
        unlocked = self.admin("UserService/UnlockUser", user_id=self.grace.user_id).user
        self.say(f"{unlocked.email}: {status(unlocked)}")
        self.say("The last administrator, by a backend: " + refusal(
            lambda: self.call("UserService/LockUser", user_id=self.ada.user_id)))

    def leaving(self):
        self.page("Users > Deactivate, reactivate, delete")
        gone = self.admin(
            "UserService/DeactivateUser", user_id=self.grace.user_id, reason="on leave").user
        self.say(f"{gone.email}: {status(gone)}")
        self.table("Filter by status", self.users(filter='state = "inactive"'), *self.USER_COLUMNS)
        back = self.admin("UserService/ReactivateUser", user_id=self.grace.user_id).user
        self.say(f"{back.email}: {status(back)}")
        year = timestamp_pb2.Timestamp()
        year.FromJsonString("2020-01-01T00:00:00Z")
        quiet = self.admin(
            "UserService/ListUsers", filter='inactive_since = "2020-01-01T00:00:00Z"').users
        self.say(f"Inactive since {year.ToDatetime().year}: {len(quiet)}")
        self.say("Delete without a step-up: " + refusal(
            lambda: self.admin("UserService/DeleteUser", user_id=self.grace.user_id)))

    def companies(self):
        self.page("Organization > Companies")
        self.say("Companies are off here: " + refusal(
            lambda: self.admin("CompanyService/CreateCompany", name="Analytical Engines")))

    def log(self):
        self.page("Activity log")
        filter = message("EventFilter")(user_id=self.grace.user_id)
        events = self.admin("ActivityService/ListEvents", filter=filter).events
        self.table("Grace", [
            (event.action, event.actor.kind, outcome(event)) for event in events],
            "What", "By", "Outcome")
        overview = self.admin("UserService/GetUserOverview", user_id=self.grace.user_id)
        self.say(f"Her profile in one call: {overview.user.user.email}, "
                 f"{len(overview.user.groups)} group, {len(overview.events)} recent events")


def status(user):
    number = user.state
    name = POOL.FindEnumTypeByName("roster.v1.UserState").values_by_number[number].name
    state = name.removeprefix("USER_STATE_").capitalize()
    return "Locked" if user.HasField("lock") else state


def management(group):
    values = POOL.FindEnumTypeByName("roster.v1.GroupManagement").values_by_number
    return values[group.managed_by].name.removeprefix("GROUP_MANAGEMENT_").lower()


def outcome(event):
    values = POOL.FindEnumTypeByName("roster.v1.EventOutcome").values_by_number
    return event.reason or values[event.outcome].name.removeprefix("EVENT_OUTCOME_").lower()


def rights(rights, most=20):
    """As `permission (scope)`, the first few."""
    scopes = POOL.FindEnumTypeByName("roster.v1.PermissionScope").values_by_number
    texts = [
        f"{right.permission} ({scopes[right.scope].name.removeprefix('PERMISSION_SCOPE_').lower()})"
        for right in rights]
    rest = f", and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + rest or "nothing"


if __name__ == "__main__":
    address, token = sys.argv[1:]
    with grpc.insecure_channel(address) as channel:
        Tour(Directory(channel, token)).play()
