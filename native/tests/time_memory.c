/* How fast memory is read in ordinary pages (calloc) and in huge ones (a buffer's), by 1, 2, 4 ... threads.
 */
#include "core/memory.h"
#include "core/os.h"
#include "core/read_rate.h"
#include "tests/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double read_rate(const void *memory, int64_t bytes, int32_t threads) {
    static lk_thread_plan plan;
    int64_t rate = 0;
    plan.count = threads;
    plan.spin = 50000;
    if (lk_read_rate(&plan, memory, bytes, &rate) != LK_STATUS_OK) abort();
    return (double)rate / 1e9;
}

void time_memory(void) {
    lk_topology topology;
    lk_os_topology(&topology);
    const int64_t least = 256 << 20, wanted = 4 * topology.cache_bytes;
    const int64_t bytes = wanted > least ? wanted : least;
    char *ordinary = calloc(1, (size_t)bytes), *huge = lk_memory_create(bytes);
    if (ordinary == NULL || huge == NULL) abort();
    memset(ordinary, 1, (size_t)bytes);
    memset(huge, 1, (size_t)bytes);
    printf("%lld MB, last-level caches %lld MB, huge pages of %lld KB\n", (long long)bytes >> 20,
           (long long)topology.cache_bytes >> 20, (long long)lk_os_huge_page_bytes() >> 10);
    for (int32_t threads = 1; threads <= lk_cpu_core_count(); threads *= 2)
        printf("%d threads: %.1f GB/s in ordinary pages, %.1f GB/s in huge ones\n", threads,
               read_rate(ordinary, bytes, threads), read_rate(huge, bytes, threads));
    free(ordinary);
    lk_memory_free(huge, bytes);
}
