#ifndef LK_BUFFER_H
#define LK_BUFFER_H

#include "llamakernels.h"
#include <stdbool.h>

struct lk_buffer {
    lk_backend *backend;
    uint8_t *address;
    int64_t bytes;
    bool wrapped; /* the caller's memory: never written, never freed */
    bool locked;
};

#endif
