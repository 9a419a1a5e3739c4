#include "core/threads.h"
#include "core/memory.h"
#include "core/os.h"
#include "core/status.h"
#include <stdatomic.h>
#include <stdbool.h>

enum { SPIN_NANOSECONDS = 50000 };

/* A pair of flags a worker: the caller raises its go, the worker answers with done. Each has one writer and,
 * in a line of its own, no neighbour, so that a barrier costs one line transfer a side. A waiter spins
 * briefly, then sleeps on its monitor. */
typedef struct lk_flag {
    _Alignas(128) _Atomic uint32_t value;
    _Atomic uint32_t sleeping;
    lk_os_monitor *monitor;
} lk_flag;

typedef struct lk_worker {
    lk_flag go;
    lk_flag done;
    int32_t index;
    uint32_t turn; /* the caller's count of this worker's runs: a worker that sits a run out keeps its own */
} lk_worker;

static struct {
    lk_worker *workers[LK_THREADS_MOST]; /* [0] is the caller and stays NULL */
    int32_t count;                       /* workers that exist, the caller included */
    int32_t processors;
    int64_t spin_nanoseconds;
    void (*body)(void *context, int32_t worker);
    void *context;
} pool = {.count = 1};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool spin_until(lk_flag *flag, uint32_t turn, int64_t nanoseconds) {
    const int64_t end = lk_os_nanoseconds() + nanoseconds;
    do {
        for (int i = 0; i < 64; ++i) {
            if (atomic_load_explicit(&flag->value, memory_order_acquire) == turn) return true;
            pause_briefly();
        }
    } while (lk_os_nanoseconds() < end);
    return false;
}

/* The sleeper announces itself before it looks again, the waker raises the flag before it looks for a
 * sleeper: with both in one total order (seq_cst) one of them sees the other. */
static void flag_wait(lk_flag *flag, uint32_t turn, int64_t spin_nanoseconds) {
    if (spin_until(flag, turn, spin_nanoseconds)) return;
    lk_os_monitor_enter(flag->monitor);
    atomic_store(&flag->sleeping, 1);
    while (atomic_load(&flag->value) != turn) lk_os_monitor_wait(flag->monitor);
    atomic_store(&flag->sleeping, 0);
    lk_os_monitor_leave(flag->monitor);
}

static void flag_raise(lk_flag *flag, uint32_t turn) {
    atomic_store(&flag->value, turn);
    if (!atomic_load(&flag->sleeping)) return;
    lk_os_monitor_enter(flag->monitor);
    lk_os_monitor_wake(flag->monitor);
    lk_os_monitor_leave(flag->monitor);
}

static void worker_main(void *context) {
    lk_worker *worker = context;
    int64_t spin = 0;
    for (uint32_t turn = 1;; ++turn) {
        flag_wait(&worker->go, turn, spin);
        spin = pool.spin_nanoseconds;
        pool.body(pool.context, worker->index);
        flag_raise(&worker->done, turn);
    }
}

static void worker_free(lk_worker *worker) {
    if (worker == NULL) return;
    lk_os_monitor_free(worker->go.monitor);
    lk_os_monitor_free(worker->done.monitor);
    lk_memory_free(worker);
}

static lk_worker *worker_create(int32_t index) {
    lk_worker *worker = lk_memory_create(sizeof(*worker));
    if (worker == NULL) return NULL;
    worker->index = index;
    worker->go.monitor = lk_os_monitor_create();
    worker->done.monitor = lk_os_monitor_create();
    if (worker->go.monitor != NULL && worker->done.monitor != NULL) return worker;
    worker_free(worker);
    return NULL;
}

static lk_status pool_grow(int32_t count) {
    while (pool.count < count) {
        lk_worker *worker = worker_create(pool.count);
        if (worker == NULL)
            return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%zu bytes for a worker thread", sizeof(lk_worker));
        const int error = lk_os_thread_start(worker_main, worker);
        if (error != 0) {
            char reason[128];
            lk_os_error_text(error, reason, sizeof(reason));
            worker_free(worker);
            return lk_fail(LK_STATUS_SYSTEM, "thread %d of %d cannot be started: %s", pool.count + 1, count,
                           reason);
        }
        pool.workers[pool.count++] = worker;
    }
    return LK_STATUS_OK;
}

lk_status lk_threads_enter(int32_t count) {
    lk_os_global_lock();
    const lk_status status = pool_grow(count);
    if (status != LK_STATUS_OK) {
        lk_os_global_unlock();
        return status;
    }
    if (pool.processors == 0) pool.processors = lk_os_processor_count();
    /* With more threads than processors a spinner holds up the thread that it waits for. */
    pool.spin_nanoseconds = count > pool.processors ? 0 : SPIN_NANOSECONDS;
    return LK_STATUS_OK;
}

void lk_threads_leave(void) {
    lk_os_global_unlock();
}

void lk_threads_run(int32_t count, void (*body)(void *context, int32_t worker), void *context) {
    pool.body = body;
    pool.context = context;
    for (int32_t i = 1; i < count; ++i) flag_raise(&pool.workers[i]->go, ++pool.workers[i]->turn);
    body(context, 0);
    for (int32_t i = 1; i < count; ++i) {
        lk_worker *worker = pool.workers[i];
        flag_wait(&worker->done, worker->turn, pool.spin_nanoseconds);
    }
}
