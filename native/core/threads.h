/* The one pool of the process. The thread that enters it is worker 0; the others are made when first needed
 * and then kept. */
#ifndef LK_THREADS_H
#define LK_THREADS_H

#include "llamakernels.h"

enum { LK_THREADS_MOST = 256 };

/* Takes the pool for the calling thread (other callers wait) and sees to it that count - 1 workers exist. */
lk_status lk_threads_enter(int32_t count);
void lk_threads_leave(void);

/* Between enter and leave: runs body(context, w) on workers w = 0 .. count - 1 and returns when all of them
 * are done. What one call wrote, the next one's threads see. */
void lk_threads_run(int32_t count, void (*body)(void *context, int32_t worker), void *context);

#endif
