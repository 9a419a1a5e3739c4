/* How many threads a backend has, and where each of them may run. */
#ifndef LK_THREAD_PLAN_H
#define LK_THREAD_PLAN_H

#include "core/topology.h"
#include "llamakernels.h"

enum { LK_THREADS_MOST = 256 };

typedef struct lk_thread_plan {
    uint64_t id; /* of this plan alone; 0 for all plans that leave threads where the system puts them */
    int32_t count;
    int32_t priority;                    /* as lk_backend_config has it */
    int64_t spin;                        /* nanoseconds */
    bool binds;                          /* as the configuration demands: a system that cannot is an error */
    lk_processors nodes;                 /* over which large memory is spread; empty for none */
    lk_processors sets[LK_THREADS_MOST]; /* of each thread; thread 0 is the caller */
} lk_thread_plan;

/* Follows from its arguments alone. node: that of the calling thread. The plan's id is 0 or 1 (bound). */
lk_status lk_thread_plan_make(const lk_topology *topology, const lk_backend_config *config, int32_t node,
                              lk_thread_plan *plan);

/* The threads of a configuration of zeros. */
int32_t lk_thread_plan_default_count(const lk_topology *topology);

#endif
