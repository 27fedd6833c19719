// Text files that travel inside the binary.
#pragma once

#include "descriptors.h"

#include <stddef.h>

// How many migrations there are; migration `index` has the number index + 1.
size_t cschema_migration_count(void);

// The file name of a migration without `.sql`, NULL past the end. Immortal, NUL-terminated.
const char *cschema_migration_name(size_t index);

// The text of a migration, NULL past the end. Immortal, NUL-terminated.
const char *cschema_migration_text(size_t index);

// docker/roles.sql. Immortal, NUL-terminated.
const char *cschema_roles_text(void);

// docker/permissions.json. Immortal, NUL-terminated.
const char *cschema_permissions_text(void);
