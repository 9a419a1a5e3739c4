#include "core/read_rate.h"
#include "core/backend.h"
#include "core/memory.h"
#include "core/os.h"
#include "core/status.h"
#include <string.h>

typedef struct reading {
    const uint64_t *memory;
    _Atomic uint64_t sum; /* what is read is used, so that no compiler may leave it out */
} reading;

static void read_chunks(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    enum { SUMS = 16, WORDS = LK_READ_CHUNK / sizeof(uint64_t) };
    reading *in = context;
    const uint64_t *from = in->memory + (size_t)begin * WORDS;
    uint64_t sums[SUMS] = {0}, sum = 0;
    (void)worker;
    for (size_t i = 0; i < (size_t)(end - begin) * WORDS; i += SUMS)
        for (size_t j = 0; j < SUMS; ++j) sums[j] += from[i + j];
    for (size_t j = 0; j < SUMS; ++j) sum += sums[j];
    atomic_fetch_add(&in->sum, sum);
}

lk_status lk_read_rate(const lk_thread_plan *plan, const void *memory, int64_t bytes, int64_t *rate) {
    enum { PASSES = 12 };
    reading in = {memory, 0};
    int64_t best = INT64_MAX;
    const lk_status status = lk_threads_enter(plan);
    if (status != LK_STATUS_OK) return status;
    for (int i = 0; i < PASSES; ++i) {
        const int64_t start = lk_os_nanoseconds();
        lk_threads_run(plan->count, (uint32_t)(bytes / LK_READ_CHUNK), read_chunks, NULL, &in);
        const int64_t spent = lk_os_nanoseconds() - start;
        if (spent < best) best = spent > 0 ? spent : 1;
    }
    lk_threads_leave();
    *rate = (int64_t)((double)bytes / (double)best * 1e9);
    return LK_STATUS_OK;
}

static void write_chunks(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    (void)worker;
    memset((char *)context + (size_t)begin * LK_READ_CHUNK, 1, (size_t)(end - begin) * LK_READ_CHUNK);
}

/* Four times the caches, so that nothing of one pass is there in the next; at most half of what is free. */
static int64_t bytes_to_read(void) {
    const int64_t least = 64 << 20, usual = 512 << 20;
    int64_t total, free;
    lk_topology topology;
    lk_os_topology(&topology);
    lk_os_memory(&total, &free);
    int64_t bytes = 4 * topology.cache_bytes > usual ? 4 * topology.cache_bytes : usual;
    if (free > 0 && bytes > free / 2) bytes = free / 2;
    return (bytes > least ? bytes : least) / LK_READ_CHUNK * LK_READ_CHUNK;
}

lk_status lk_backend_read_rate(lk_backend *backend, int64_t *bytes_per_second) {
    if (backend == NULL || bytes_per_second == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "read rate: NULL argument");
    const lk_thread_plan *plan = &backend->threads;
    const int64_t bytes = bytes_to_read();
    void *memory = lk_memory_create(bytes);
    if (memory == NULL)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes to measure how fast they are read",
                       (long long)bytes);
    lk_status status = lk_threads_enter(plan);
    if (status == LK_STATUS_OK) {
        lk_threads_run(plan->count, (uint32_t)(bytes / LK_READ_CHUNK), write_chunks, NULL, memory);
        lk_threads_leave();
        status = lk_read_rate(plan, memory, bytes, bytes_per_second);
    }
    lk_memory_free(memory, bytes);
    return status;
}
