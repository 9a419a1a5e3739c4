/* How a thread's scratch memory is cut. */
#ifndef LK_ATTENTION_SCRATCH_H
#define LK_ATTENTION_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/* The next part of the memory at base, of n words of 4 bytes, on a cache line of its own; adds to bytes what
 * it takes. Without a base only that: the parts are NULL. */
static inline void *lk_take_scratch(uint8_t *base, int64_t *bytes, int64_t n) {
    void *part = base ? base + *bytes : NULL;
    *bytes += (n * 4 + 63) / 64 * 64;
    return part;
}

#endif
