/* The one pool of the process. The thread that enters it is worker 0; the others are made when first needed
 * and then kept. */
#ifndef LK_THREADS_H
#define LK_THREADS_H

#include "llamakernels.h"

enum { LK_THREADS_MOST = 256 };

/* Takes the pool for the calling thread (other callers wait) and sees to it that count - 1 workers exist. */
lk_status lk_threads_enter(int32_t count);
void lk_threads_leave(void);

/* Between enter and leave: runs body(context, w, c) once for each c in [0, chunks), on workers w in [0,
 * count), and returns when all are done. What one call wrote, the next one's workers see. */
void lk_threads_run(int32_t count, uint32_t chunks,
                    void (*body)(void *context, int32_t worker, uint32_t chunk), void *context);

#endif
