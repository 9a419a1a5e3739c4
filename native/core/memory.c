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

static size_t whole_pages(int64_t bytes) {
    return ((size_t)bytes + LK_MEMORY_LARGE - 1) / LK_MEMORY_LARGE * LK_MEMORY_LARGE;
}

void *lk_memory_create(int64_t bytes) {
    if (bytes < 0 || bytes > (int64_t)PTRDIFF_MAX - 2 * LK_MEMORY_LARGE) return NULL;
    return bytes < LK_MEMORY_LARGE ? create_small((size_t)bytes)
                                   : lk_os_pages_create(whole_pages(bytes), LK_MEMORY_LARGE);
}

void lk_memory_free(void *memory, int64_t bytes) {
    if (memory == NULL) return;
    if (bytes < LK_MEMORY_LARGE)
        free(((void **)memory)[-1]);
    else
        lk_os_pages_free(memory, whole_pages(bytes));
}
