#include "core/memory.h"
#include "core/os.h"
#include <stdlib.h>

/* calloc rather than an aligned allocation with memset: pages that nobody writes stay out of memory. */
static void *create_small(size_t bytes) {
    enum { EXTRA = LK_MEMORY_ALIGNMENT - 1 + sizeof(void *) };
    char *base = calloc(1, bytes + EXTRA);
    if (base == NULL) return NULL;
    const uintptr_t misaligned = (uintptr_t)(base + sizeof(void *)) % LK_MEMORY_ALIGNMENT;
    char *memory = base + sizeof(void *) + (misaligned == 0 ? 0 : LK_MEMORY_ALIGNMENT - misaligned);
    ((void **)(void *)memory)[-1] = base;
    return memory;
}

int64_t lk_memory_whole(int64_t bytes) {
    return bytes < LK_MEMORY_LARGE ? bytes
                                   : (bytes + LK_MEMORY_LARGE - 1) / LK_MEMORY_LARGE * LK_MEMORY_LARGE;
}

void *lk_memory_create(int64_t bytes) {
    if (bytes < 0 || bytes > (int64_t)PTRDIFF_MAX - 2 * LK_MEMORY_LARGE) return NULL;
    return bytes < LK_MEMORY_LARGE ? create_small((size_t)bytes)
                                   : lk_os_pages_create((size_t)lk_memory_whole(bytes), LK_MEMORY_LARGE);
}

void lk_memory_free(void *memory, int64_t bytes) {
    if (memory == NULL) return;
    if (bytes < LK_MEMORY_LARGE)
        free(((void **)memory)[-1]);
    else
        lk_os_pages_free(memory, (size_t)lk_memory_whole(bytes));
}
