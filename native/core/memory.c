#include "core/memory.h"
#include <stddef.h>
#include <stdlib.h>

/* calloc rather than an aligned allocation with memset: pages that nobody writes stay out of memory. */
void *lk_memory_create(int64_t bytes) {
    enum { EXTRA = LK_MEMORY_ALIGNMENT - 1 + sizeof(void *) };
    if (bytes < 0 || bytes > (int64_t)PTRDIFF_MAX - EXTRA) return NULL;
    char *base = calloc(1, (size_t)bytes + EXTRA);
    if (base == NULL) return NULL;
    const uintptr_t misaligned = (uintptr_t)(base + sizeof(void *)) % LK_MEMORY_ALIGNMENT;
    char *memory = base + sizeof(void *) + (misaligned == 0 ? 0 : LK_MEMORY_ALIGNMENT - misaligned);
    ((void **)(void *)memory)[-1] = base;
    return memory;
}

void lk_memory_free(void *memory) {
    if (memory != NULL) free(((void **)memory)[-1]);
}
