#pragma once
#include <stddef.h>
#include <stdint.h>

/// A serialized google.protobuf.FileDescriptorSet of everything rosterd serves, with imports and
/// comments; static.
const uint8_t *roster_descriptor_set(void);

/// Its length in octets.
size_t roster_descriptor_set_size(void);
