/* Zeroed memory on a line boundary; of 2 MB and more in huge pages where the system has them (Linux,
 * transparent huge pages on request), then on a boundary of 2 MB. Pages become resident as they are touched,
 * large blocks 2 MB at a time. */
#ifndef LK_MEMORY_H
#define LK_MEMORY_H

#include <stdint.h>

enum { LK_MEMORY_ALIGNMENT = 128, LK_MEMORY_LARGE = 2 << 20 };

/* NULL when memory is out or bytes is beyond what an address can reach. */
void *lk_memory_create(int64_t bytes);

/* Bytes that memory of so many takes: whole huge pages if it is large. */
int64_t lk_memory_whole(int64_t bytes);

/* bytes: as it was made with. NULL is nothing to free. */
void lk_memory_free(void *memory, int64_t bytes);

#endif
