/* Zeroed memory on a line boundary. */
#ifndef LK_MEMORY_H
#define LK_MEMORY_H

#include <stdint.h>

enum { LK_MEMORY_ALIGNMENT = 128 };

/* NULL when memory is out or bytes is beyond what an address can reach. Large blocks become resident as they
 * are touched. */
void *lk_memory_create(int64_t bytes);
void lk_memory_free(void *memory);

#endif
