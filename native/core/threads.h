/* The one pool of the process. The thread that enters it is worker 0; the others are made when first needed
 * and then kept. */
#ifndef LK_THREADS_H
#define LK_THREADS_H

#include "core/thread_plan.h"

/* Takes the pool for the calling thread (other callers wait), sees to it that the plan's workers exist, and
 * puts all threads where it says. Leaving puts the caller back. */
lk_status lk_threads_enter(const lk_thread_plan *plan);
void lk_threads_leave(void);

/* The pool is not used meanwhile. */
void lk_threads_lock(void);
void lk_threads_unlock(void);

/* A number that no other plan has. */
uint64_t lk_threads_new_plan(void);

/* Chunks [begin, end) of a run, on one worker. */
typedef void (*lk_threads_body)(void *context, int32_t worker, uint32_t begin, uint32_t end);

/* Memory that a worker will read. */
typedef struct lk_ahead {
    struct {
        const uint8_t *at;
        int64_t bytes;
    } spans[4];
} lk_ahead;

/* After its last chunk of a run: what a worker will probably read first in the next one. While it waits
 * there, it asks the memory for that. */
typedef void (*lk_threads_foresee)(void *context, int32_t worker, lk_ahead *ahead);

/* The first chunk of a worker's region of [0, chunks); with worker = count, chunks. */
uint32_t lk_threads_first_chunk(int32_t worker, int32_t count, uint32_t chunks);

/* Between enter and leave: has each chunk of [0, chunks) done once, on workers [0, count), and returns when
 * all are. A worker goes through its region, half of what is left at a time, so that it reads memory in one
 * run; then it takes what others have left, one by one, so that unlike cores end together. What one call
 * wrote, the next one's workers see. foresee may be NULL. */
void lk_threads_run(int32_t count, uint32_t chunks, lk_threads_body body, lk_threads_foresee foresee,
                    void *context);

#endif
