/* How fast memory can be read: the limit of everything that reads each weight once. */
#ifndef LK_READ_RATE_H
#define LK_READ_RATE_H

#include "core/thread_plan.h"

enum { LK_READ_LEAST = 256 };

/* Bytes a second that the plan's threads together read of memory from end to end, once so that it is there,
 * and then again until 200 ms are over. bytes: LK_READ_LEAST or more. */
lk_status lk_read_rate(const lk_thread_plan *plan, const void *memory, int64_t bytes, int64_t *rate);

#endif
