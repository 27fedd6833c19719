#include "descriptors.h"

// scripts/generate writes the file.
static const uint8_t descriptor_set[] = {
#embed "descriptors/roster.binpb"
};

const uint8_t *roster_descriptor_set(void) { return descriptor_set; }

size_t roster_descriptor_set_size(void) { return sizeof descriptor_set; }
