/* Threads bound on this machine: the same results, on the processors asked for, and the caller back where it
 * was. */
#include "core/os.h"
#include "core/threads.h"
#include "tests/check.h"
#include <string.h>

enum { CHUNKS = 64 };

static lk_topology topology;

/* Where each worker ran, as far as the system tells: its affinity. */
typedef struct seen {
    lk_os_thread_place places[LK_THREADS_MOST];
    int64_t until;
} seen;

static void look(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    seen *all = context;
    (void)begin;
    (void)end;
    (void)lk_os_thread_find(&all->places[worker]);
    while (lk_os_nanoseconds() < all->until) lk_os_yield(); /* so that every worker gets a chunk */
}

static lk_status open(lk_backend_config *config, lk_backend **backend) {
    config->isa_mask = check.isas;
    return lk_backend_open(LK_BACKEND_CPU, config, backend);
}

/* Whether the system lets this thread move at all (macOS does not). */
static bool can_bind(void) {
    lk_os_thread_place place;
    return lk_os_thread_find(&place) == 0 && lk_os_thread_move(&place) == 0 &&
           lk_processors_next(&place.set, 0) >= 0;
}

static void check_caller_returns(void) {
    lk_os_thread_place before, inside, after;
    const int32_t last = lk_processors_next(&topology.allowed, 0);
    lk_thread_plan plan = {.id = lk_threads_new_plan(), .count = 1};
    lk_processors_add(&plan.sets[0], last);
    (void)lk_os_thread_find(&before);
    if (!check_that(lk_threads_enter(&plan) == LK_STATUS_OK, "%s", lk_last_error())) return;
    (void)lk_os_thread_find(&inside);
    lk_threads_leave();
    (void)lk_os_thread_find(&after);
    check_that(memcmp(&inside.set, &plan.sets[0], sizeof(inside.set)) == 0, "the caller is not bound");
    check_that(before.priority == after.priority && memcmp(&before.set, &after.set, sizeof(before.set)) == 0,
               "the caller stays bound");
}

/* Two plans in turn: each worker that took part ran where its plan says. */
static void check_workers(void) {
    static seen all;
    const int32_t first = lk_processors_next(&topology.allowed, 0);
    const int32_t other = lk_processors_next(&topology.allowed, first + 1);
    lk_thread_plan bound = {.id = lk_threads_new_plan(), .count = 3};
    lk_thread_plan loose = {.count = 3};
    for (int i = 0; i < 3; ++i) {
        lk_processors_add(&bound.sets[i], i % 2 && other >= 0 ? other : first);
        loose.sets[i] = topology.allowed;
    }
    const lk_thread_plan *const plans[] = {&bound, &loose, &bound};
    for (int p = 0; p < 3; ++p) {
        memset(&all, 0, sizeof(all));
        all.until = lk_os_nanoseconds() + 20000000;
        if (!check_that(lk_threads_enter(plans[p]) == LK_STATUS_OK, "%s", lk_last_error())) return;
        lk_threads_run(3, CHUNKS, look, NULL, &all);
        lk_threads_leave();
        for (int w = 0; w < 3; ++w)
            check_that(lk_processors_next(&all.places[w].set, 0) < 0 ||
                           memcmp(&all.places[w].set, &plans[p]->sets[w], sizeof(all.places[w].set)) == 0,
                       "plan %d: worker %d is elsewhere", p, w);
    }
}

static void check_backends(void) {
    lk_backend *backend = NULL;
    lk_backend_config config = {.strict = 1, .thread_count = LK_THREADS_MOST};
    if (lk_processors_count(&topology.allowed) < LK_THREADS_MOST)
        check_that(open(&config, &backend) == LK_STATUS_INVALID_ARGUMENT && backend == NULL,
                   "more threads than processors, each with its own");
    config = (lk_backend_config){.numa = LK_NUMA_DISTRIBUTE};
    check_that(open(&config, &backend) == LK_STATUS_OK, "%s", lk_last_error());
    lk_backend_free(backend);
    const int32_t first = lk_processors_next(&topology.allowed, 0);
    config = (lk_backend_config){.strict = 1};
    config.processors[first / 64] = (uint64_t)1 << first % 64;
    if (!check_that(open(&config, &backend) == LK_STATUS_OK, "%s", lk_last_error())) return;
    lk_backend_info info;
    lk_backend_describe(backend, &info);
    check_that(info.thread_count == 1 && info.core_count >= 1 && info.node_count >= 1,
               "on one processor: %d threads, %d cores, %d nodes", info.thread_count, info.core_count,
               info.node_count);
    lk_backend_free(backend);
}

void check_placed_threads(void) {
    lk_os_topology(&topology);
    check_that(lk_processors_count(&topology.allowed) >= 1, "no processor");
    if (!can_bind()) return;
    check_caller_returns();
    check_workers();
    check_backends();
}
