/* The element types that a cache of keys or values may have. */
#ifndef LK_CACHE_TYPES_H
#define LK_CACHE_TYPES_H

#include "llamakernels.h"
#include <stdbool.h>

static inline bool lk_is_cache_type(int32_t type) {
    switch (type) {
    case LK_TYPE_F32:
    case LK_TYPE_F16:
    case LK_TYPE_BF16:
    case LK_TYPE_Q8_0:
    case LK_TYPE_Q5_1:
    case LK_TYPE_Q5_0:
    case LK_TYPE_Q4_1:
    case LK_TYPE_Q4_0:
    case LK_TYPE_IQ4_NL:
        return true;
    default:
        return false;
    }
}

#define LK_CACHE_TYPES "F32, F16, BF16, Q8_0, Q5_1, Q5_0, Q4_1, Q4_0 or IQ4_NL"

#endif
