#include "core/read_rate.h"
#include "core/backend.h"
#include "core/buffer.h"
#include "core/os.h"
#include "core/status.h"

enum { STEP = 128, CHUNK = 64 << 10 };

typedef struct reading {
    const uint64_t *memory;
    int64_t bytes;        /* whole steps */
    _Atomic uint64_t sum; /* what is read is used, so that no compiler may leave it out */
} reading;

static void read_chunks(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    enum { SUMS = STEP / sizeof(uint64_t) };
    reading *in = context;
    const int64_t from = (int64_t)begin * CHUNK;
    const int64_t to = (int64_t)end * CHUNK < in->bytes ? (int64_t)end * CHUNK : in->bytes;
    const uint64_t *words = in->memory + from / (int64_t)sizeof(uint64_t);
    uint64_t sums[SUMS] = {0}, sum = 0;
    (void)worker;
    for (int64_t i = from; i < to; i += STEP, words += SUMS)
        for (size_t j = 0; j < SUMS; ++j) sums[j] += words[j];
    for (size_t j = 0; j < SUMS; ++j) sum += sums[j];
    atomic_fetch_add(&in->sum, sum);
}

lk_status lk_read_rate(const lk_thread_plan *plan, const void *memory, int64_t bytes, int64_t *rate) {
    static const int64_t least_nanoseconds = 200000000;
    const size_t odd = -(uintptr_t)memory % sizeof(uint64_t);
    reading in = {(const void *)((const uint8_t *)memory + odd), (bytes - (int64_t)odd) / STEP * STEP, 0};
    const uint32_t chunks = (uint32_t)((in.bytes + CHUNK - 1) / CHUNK);
    const lk_status status = lk_threads_enter(plan);
    if (status != LK_STATUS_OK) return status;
    lk_threads_run(plan->count, chunks, read_chunks, NULL, &in);
    const int64_t start = lk_os_nanoseconds();
    int64_t passes = 0, spent = 0;
    for (; spent < least_nanoseconds; ++passes) {
        lk_threads_run(plan->count, chunks, read_chunks, NULL, &in);
        spent = lk_os_nanoseconds() - start;
    }
    lk_threads_leave();
    *rate = (int64_t)((double)in.bytes * (double)passes / (double)spent * 1e9);
    return LK_STATUS_OK;
}

lk_status lk_buffer_read_rate(lk_buffer *buffer, int64_t *bytes_per_second) {
    if (buffer == NULL || bytes_per_second == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer read rate: NULL argument");
    if (buffer->bytes < LK_READ_LEAST)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer read rate: %lld bytes are too few to be timed",
                       (long long)buffer->bytes);
    return lk_read_rate(&buffer->backend->threads, buffer->address, buffer->bytes, bytes_per_second);
}
