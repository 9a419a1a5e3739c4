/* Scores of keys that lie in blocks (Q8_0, Q4_0, ...). The query, times the scale, is rounded to 8 bits as
 * QUANTIZE does it. Where an ISA multiplies panels (types/panel.h), 16 keys are one, as 16 rows of a matrix
 * are; elsewhere both become floats. */
#ifndef LK_ATTENTION_PANELS_H
#define LK_ATTENTION_PANELS_H

#include "ops/attention/run.h"

/* How keys become panels; without products they become floats. */
lk_flash_panels lk_flash_panels_of(const lk_view *keys, lk_isa isa);

/* Rounds the queries in memory, which are scaled already: to floats again where keys become floats. */
void lk_flash_round_queries(const lk_flash *flash);

/* 16 keys, the first of them at src and `count` of them to be read, to panel `index` of the step. */
void lk_flash_load_panel(const lk_flash *flash, int64_t index, const uint8_t *src, int32_t count);

/* The dots of lk_flash_kernels for queries [first, first + n), with the keys as panels. */
void lk_flash_dot_panels(const lk_flash *flash, int64_t first, int64_t n, lk_attention_span span,
                         lk_flash_ahead *ahead);

#endif
