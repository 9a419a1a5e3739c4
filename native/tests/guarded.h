/* Memory with a guard on each side, filled with poison: what a kernel writes outside, and what it leaves
 * unwritten, shows. */
#ifndef LK_GUARDED_H
#define LK_GUARDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct guarded {
    uint8_t *data;
    size_t bytes;
    uint8_t *block;
} guarded;

/* data lies misalign bytes past a multiple of 64. */
guarded guarded_create(size_t bytes, size_t misalign);
void guarded_free(guarded *memory);
void guarded_poison(guarded *memory);
bool guarded_intact(const guarded *memory);

/* A float of poison: a NaN that no arithmetic makes. */
bool guarded_is_poison(float value);

#endif
