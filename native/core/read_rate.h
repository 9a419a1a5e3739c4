/* How fast memory can be read: the limit of everything that reads each weight once. */
#ifndef LK_READ_RATE_H
#define LK_READ_RATE_H

#include "core/thread_plan.h"

enum { LK_READ_CHUNK = 4 << 20 };

/* Bytes a second of the best of several passes of the plan's threads over memory that has been written to.
 * bytes is a multiple of LK_READ_CHUNK. */
lk_status lk_read_rate(const lk_thread_plan *plan, const void *memory, int64_t bytes, int64_t *rate);

#endif
