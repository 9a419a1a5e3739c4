/* Each worker has a region of neighbouring chunks. A region's ticket, an atomic pair (turn, next chunk) that
 * a taker raises by what it takes, hands them out: to its own worker half of what is left, to the others,
 * when their regions are done, one at a time. A run is over when all of its chunks are done, not when all
 * workers have come: one that the system wakes late, or gives no processor, holds up nobody. It finds tickets
 * of another turn, or none left, and touches nothing else of that run, which may be over and freed. */
#include "core/threads.h"
#include "core/memory.h"
#include "core/os.h"
#include "core/status.h"
#include <stdatomic.h>
#include <stdbool.h>

/* Where one thread waits for a change: it spins briefly, then sleeps. Alone in its cache line. */
typedef struct lk_gate {
    _Alignas(128) _Atomic uint32_t value;
    _Atomic uint32_t sleeping;
    lk_os_monitor *monitor;
} lk_gate;

/* The next chunk of a region: turn << 32 | chunk. Alone in its cache line. */
typedef struct lk_ticket {
    _Alignas(128) _Atomic uint64_t value;
} lk_ticket;

typedef struct lk_worker {
    lk_gate go; /* the turn that it shall take part in */
    int32_t index;
    _Atomic uint64_t plan; /* that place is of; the rest is written under go's monitor */
    lk_os_thread_place place;
} lk_worker;

static struct {
    lk_worker *workers[LK_THREADS_MOST]; /* [0] is the caller and stays NULL */
    int32_t count;                       /* workers that exist, the caller included */
    _Atomic int64_t spin_nanoseconds;
    bool moved; /* the caller, who came from home */
    lk_os_thread_place home;
    uint32_t turn;
    lk_threads_body body;
    lk_threads_foresee foresee;
    void *context;
    _Atomic uint32_t chunks;
    _Atomic int32_t sharing; /* workers among whom the chunks are shared out */
    lk_ticket tickets[LK_THREADS_MOST];
    lk_gate done; /* chunks that are done */
} pool = {.count = 1, .sharing = 1};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline bool gate_is(lk_gate *gate, uint32_t value, bool equal) {
    return (atomic_load(&gate->value) == value) == equal;
}

/* Asks for some of what lies ahead; false when nothing is left. */
static bool ask(lk_ahead *ahead) {
    enum { LINE = 64, AT_ONCE = 16 * LINE, SPANS = sizeof(ahead->spans) / sizeof(*ahead->spans) };
    for (int i = 0; i < SPANS; ++i) {
        if (ahead->spans[i].bytes <= 0) continue;
        for (int32_t j = 0; j < AT_ONCE; j += LINE) __builtin_prefetch(ahead->spans[i].at + j, 0, 2);
        ahead->spans[i].at += AT_ONCE;
        ahead->spans[i].bytes -= AT_ONCE;
        return true;
    }
    return false;
}

static bool spin(lk_gate *gate, uint32_t value, bool equal, lk_ahead *ahead) {
    do {
        if (gate_is(gate, value, equal)) return true;
    } while (ask(ahead));
    const int64_t end =
        lk_os_nanoseconds() + atomic_load_explicit(&pool.spin_nanoseconds, memory_order_relaxed);
    do {
        for (int i = 0; i < 64; ++i) {
            if (gate_is(gate, value, equal)) return true;
            pause_briefly();
        }
    } while (lk_os_nanoseconds() < end);
    return false;
}

/* Until the gate's value is (equal) or is no longer (not equal) this one. The sleeper announces itself before
 * it looks again, the waker changes the value before it looks for a sleeper: in one total order (seq_cst) one
 * of them sees the other. Both changes are exchanges, which cost x86 what a store does: under qemu a load
 * overtakes an arm64 store-release that stands before it, and the wake was lost. */
static void gate_wait(lk_gate *gate, uint32_t value, bool equal, lk_ahead *ahead) {
    if (spin(gate, value, equal, ahead)) return;
    lk_os_monitor_enter(gate->monitor);
    atomic_exchange(&gate->sleeping, 1);
    while (!gate_is(gate, value, equal)) lk_os_monitor_wait(gate->monitor);
    atomic_store(&gate->sleeping, 0);
    lk_os_monitor_leave(gate->monitor);
}

static void gate_wake(lk_gate *gate) {
    if (!atomic_load(&gate->sleeping)) return;
    lk_os_monitor_enter(gate->monitor);
    lk_os_monitor_wake(gate->monitor);
    lk_os_monitor_leave(gate->monitor);
}

uint32_t lk_threads_first_chunk(int32_t worker, int32_t count, uint32_t chunks) {
    return (uint32_t)((uint64_t)chunks * (uint32_t)worker / (uint32_t)count);
}

/* How many chunks of a region the worker took and did. Once it has taken one, the run cannot end before it is
 * counted as done: body and context are the turn's own. */
static uint32_t take_chunks(int32_t region, int32_t worker, uint32_t turn) {
    _Atomic uint64_t *ticket = &pool.tickets[region].value;
    uint64_t seen = atomic_load(ticket);
    for (;;) {
        const uint32_t begin = (uint32_t)seen, all = atomic_load(&pool.chunks),
                       end = lk_threads_first_chunk(region + 1, atomic_load(&pool.sharing), all);
        if ((uint32_t)(seen >> 32) != turn || begin >= end) return 0;
        const uint32_t size = region == worker ? (end - begin + 1) / 2 : 1;
        if (!atomic_compare_exchange_weak(ticket, &seen, seen + size)) continue;
        pool.body(pool.context, worker, begin, begin + size);
        return size;
    }
}

/* Counts chunks as done. True when the run is over. */
static bool count_done(uint32_t taken, uint32_t all) {
    if (atomic_fetch_add(&pool.done.value, taken) + taken != all) return false;
    gate_wake(&pool.done);
    return true;
}

/* The worker's own region, then what is left of the others'. It counts what it did before it looks at those:
 * if that was the last, nobody waits for the look. */
static void take_turn(int32_t worker, uint32_t turn, lk_ahead *ahead) {
    const int32_t sharing = atomic_load(&pool.sharing);
    uint32_t taken = 0, size;
    while ((size = take_chunks(worker, worker, turn)) > 0) taken += size;
    if (taken > 0) {
        const uint32_t all = atomic_load(&pool.chunks);
        if (pool.foresee != NULL) pool.foresee(pool.context, worker, ahead);
        if (count_done(taken, all)) return;
    }
    for (int32_t i = 1; i < sharing; ++i) {
        const int32_t region = (worker + i) % sharing;
        for (;;) {
            const uint32_t all = atomic_load(&pool.chunks);
            if (take_chunks(region, worker, turn) == 0) break;
            if (count_done(1, all)) return;
        }
    }
}

/* The system's refusal was reported when the backend was opened. */
static void worker_move(lk_worker *worker, uint64_t *plan) {
    if (atomic_load_explicit(&worker->plan, memory_order_relaxed) == *plan) return;
    lk_os_monitor_enter(worker->go.monitor);
    const lk_os_thread_place place = worker->place;
    *plan = atomic_load_explicit(&worker->plan, memory_order_relaxed);
    lk_os_monitor_leave(worker->go.monitor);
    (void)lk_os_thread_move(&place);
}

static void worker_main(void *context) {
    lk_worker *worker = context;
    uint64_t plan = 0;
    lk_ahead ahead = {0};
    for (uint32_t turn = 0;;) {
        gate_wait(&worker->go, turn, false, &ahead);
        turn = atomic_load(&worker->go.value);
        worker_move(worker, &plan);
        take_turn(worker->index, turn, &ahead);
    }
}

static void worker_free(lk_worker *worker) {
    if (worker == NULL) return;
    lk_os_monitor_free(worker->go.monitor);
    lk_memory_free(worker, sizeof(*worker));
}

static lk_worker *worker_create(int32_t index) {
    lk_worker *worker = lk_memory_create(sizeof(*worker));
    if (worker == NULL) return NULL;
    worker->index = index;
    worker->go.monitor = lk_os_monitor_create();
    if (worker->go.monitor != NULL) return worker;
    worker_free(worker);
    return NULL;
}

static lk_status pool_prepare(void) {
    if (pool.done.monitor != NULL) return LK_STATUS_OK;
    pool.done.monitor = lk_os_monitor_create();
    return pool.done.monitor != NULL ? LK_STATUS_OK
                                     : lk_fail(LK_STATUS_OUT_OF_MEMORY, "no memory for the thread pool");
}

static lk_status pool_grow(int32_t count) {
    lk_status status = pool_prepare();
    while (status == LK_STATUS_OK && pool.count < count) {
        lk_worker *worker = worker_create(pool.count);
        if (worker == NULL)
            return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%d bytes for a worker thread", (int)sizeof(lk_worker));
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
    return status;
}

static void send(lk_worker *worker, const lk_thread_plan *plan) {
    if (atomic_load_explicit(&worker->plan, memory_order_relaxed) == plan->id) return;
    lk_os_monitor_enter(worker->go.monitor);
    worker->place = (lk_os_thread_place){plan->sets[worker->index], plan->priority};
    atomic_store_explicit(&worker->plan, plan->id, memory_order_relaxed);
    lk_os_monitor_leave(worker->go.monitor);
}

static void move_all(const lk_thread_plan *plan) {
    for (int32_t i = 1; i < plan->count; ++i) send(pool.workers[i], plan);
    pool.moved = plan->id != 0 && lk_os_thread_find(&pool.home) == 0;
    const lk_os_thread_place place = {plan->sets[0], plan->priority};
    if (pool.moved) pool.moved = lk_os_thread_move(&place) == 0;
}

lk_status lk_threads_enter(const lk_thread_plan *plan) {
    lk_os_global_lock();
    const lk_status status = pool_grow(plan->count);
    if (status != LK_STATUS_OK) {
        lk_os_global_unlock();
        return status;
    }
    atomic_store_explicit(&pool.spin_nanoseconds, plan->spin, memory_order_relaxed);
    move_all(plan);
    return LK_STATUS_OK;
}

void lk_threads_leave(void) {
    if (pool.moved) (void)lk_os_thread_move(&pool.home);
    lk_os_global_unlock();
}

void lk_threads_lock(void) {
    lk_os_global_lock();
}

void lk_threads_unlock(void) {
    lk_os_global_unlock();
}

uint64_t lk_threads_new_plan(void) {
    static _Atomic uint64_t last;
    return atomic_fetch_add(&last, 1) + 1;
}

/* The turn changes first, to tickets that nobody can take: a worker that is late with the one before then
 * fails to raise them, whatever it reads of the new run. For that its reads of the run are acquires and the
 * fence stands between the tickets and them: who sees one of the new numbers sees the new tickets too. The
 * last stores publish all of it. (Stores of seq_cst would do, at five locked instructions a phase on x86.) */
static void open_turn(int32_t count, uint32_t chunks, lk_threads_body body, lk_threads_foresee foresee,
                      void *context) {
    const uint64_t turn = (uint64_t)++pool.turn << 32;
    for (int32_t i = 0; i < pool.count; ++i)
        atomic_store_explicit(&pool.tickets[i].value, turn | UINT32_MAX, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    pool.body = body;
    pool.foresee = foresee;
    pool.context = context;
    atomic_store_explicit(&pool.chunks, chunks, memory_order_relaxed);
    atomic_store_explicit(&pool.sharing, count, memory_order_relaxed);
    atomic_store_explicit(&pool.done.value, 0, memory_order_relaxed);
    for (int32_t i = 0; i < count; ++i)
        atomic_store_explicit(&pool.tickets[i].value, turn | lk_threads_first_chunk(i, count, chunks),
                              memory_order_release);
}

void lk_threads_run(int32_t count, uint32_t chunks, lk_threads_body body, lk_threads_foresee foresee,
                    void *context) {
    /* Waking the others for one chunk would only cost time. */
    if (count == 1 || chunks <= 1) {
        if (chunks > 0) body(context, 0, 0, chunks);
        return;
    }
    open_turn(count, chunks, body, foresee, context);
    for (int32_t i = 1; i < count; ++i) {
        atomic_exchange(&pool.workers[i]->go.value, pool.turn);
        gate_wake(&pool.workers[i]->go);
    }
    lk_ahead ahead = {0};
    take_turn(0, pool.turn, &ahead);
    gate_wait(&pool.done, chunks, true, &ahead);
}
