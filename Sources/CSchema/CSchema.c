#include "CSchema.h"

// A new migration takes the next number and gets a line in each of the two lists.
static const char m0001[] = {
#embed "migrations/0001_ground.sql" suffix(, 0)
};
static const char m0002[] = {
#embed "migrations/0002_access_feed.sql" suffix(, 0)
};
static const char m0003[] = {
#embed "migrations/0003_organizations.sql" suffix(, 0)
};
static const char m0004[] = {
#embed "migrations/0004_users.sql" suffix(, 0)
};
static const char m0005[] = {
#embed "migrations/0005_user_feed.sql" suffix(, 0)
};
static const char m0006[] = {
#embed "migrations/0006_service_tokens.sql" suffix(, 0)
};
static const char m0007[] = {
#embed "migrations/0007_idempotency_keys.sql" suffix(, 0)
};
static const char m0008[] = {
#embed "migrations/0008_events.sql" suffix(, 0)
};
static const char m0009[] = {
#embed "migrations/0009_event_partitions.sql" suffix(, 0)
};
static const char m0010[] = {
#embed "migrations/0010_outbox.sql" suffix(, 0)
};
static const char m0011[] = {
#embed "migrations/0011_companies.sql" suffix(, 0)
};
static const char m0012[] = {
#embed "migrations/0012_user_standing.sql" suffix(, 0)
};
static const char m0013[] = {
#embed "migrations/0013_groups.sql" suffix(, 0)
};
static const char m0014[] = {
#embed "migrations/0014_roles.sql" suffix(, 0)
};
static const char m0015[] = {
#embed "migrations/0015_role_feed.sql" suffix(, 0)
};
static const char m0016[] = {
#embed "migrations/0016_search.sql" suffix(, 0)
};
static const char m0017[] = {
#embed "migrations/0017_permissions.sql" suffix(, 0)
};
static const char m0018[] = {
#embed "migrations/0018_event_seal_mark.sql" suffix(, 0)
};
static const char m0019[] = {
#embed "migrations/0019_erasure.sql" suffix(, 0)
};
static const char m0020[] = {
#embed "migrations/0020_event_statistics.sql" suffix(, 0)
};
static const char m0021[] = {
#embed "migrations/0021_user_lists.sql" suffix(, 0)
};
static const char m0022[] = {
#embed "migrations/0022_group_deletion.sql" suffix(, 0)
};
static const char m0023[] = {
#embed "migrations/0023_user_life.sql" suffix(, 0)
};
static const char m0024[] = {
#embed "migrations/0024_role_life.sql" suffix(, 0)
};
static const char m0025[] = {
#embed "migrations/0025_administrator_beside.sql" suffix(, 0)
};
static const char m0026[] = {
#embed "migrations/0026_catalogue_feed.sql" suffix(, 0)
};
static const char permissions[] = {
#embed "../../docker/permissions.json" suffix(, 0)
};
static const char roles[] = {
#embed "../../docker/roles.sql" suffix(, 0)
};

static const struct {
  const char *name;
  const char *text;
} migrations[] = {
    {"0001_ground", m0001},
    {"0002_access_feed", m0002},
    {"0003_organizations", m0003},
    {"0004_users", m0004},
    {"0005_user_feed", m0005},
    {"0006_service_tokens", m0006},
    {"0007_idempotency_keys", m0007},
    {"0008_events", m0008},
    {"0009_event_partitions", m0009},
    {"0010_outbox", m0010},
    {"0011_companies", m0011},
    {"0012_user_standing", m0012},
    {"0013_groups", m0013},
    {"0014_roles", m0014},
    {"0015_role_feed", m0015},
    {"0016_search", m0016},
    {"0017_permissions", m0017},
    {"0018_event_seal_mark", m0018},
    {"0019_erasure", m0019},
    {"0020_event_statistics", m0020},
    {"0021_user_lists", m0021},
    {"0022_group_deletion", m0022},
    {"0023_user_life", m0023},
    {"0024_role_life", m0024},
    {"0025_administrator_beside", m0025},
    {"0026_catalogue_feed", m0026},
};

static const size_t count = sizeof migrations / sizeof migrations[0];

size_t cschema_migration_count(void) { return count; }

const char *cschema_migration_name(size_t index) {
  return index < count ? migrations[index].name : NULL;
}

const char *cschema_migration_text(size_t index) {
  return index < count ? migrations[index].text : NULL;
}

const char *cschema_roles_text(void) { return roles; }

const char *cschema_permissions_text(void) { return permissions; }
