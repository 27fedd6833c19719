#pragma once

/// 64-bit atomics over memory that Swift's `Atomic` can't own: tables allocated off the heap.

#include <stdint.h>

static inline uint64_t atomic_load_relaxed(const uint64_t *at) {
  return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static inline uint64_t atomic_load_acquire(const uint64_t *at) {
  return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static inline void atomic_store_relaxed(uint64_t *at, uint64_t value) {
  __atomic_store_n(at, value, __ATOMIC_RELAXED);
}

static inline void atomic_store_release(uint64_t *at, uint64_t value) {
  __atomic_store_n(at, value, __ATOMIC_RELEASE);
}
