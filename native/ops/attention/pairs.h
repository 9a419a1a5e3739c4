/* Values that lie in blocks of 32 whole numbers under one scale (Q8_0, Q4_0), where a processor multiplies
 * pairs of BF16. Two keys' numbers, which BF16 holds exactly, make a pair; their weights are multiplied with
 * the blocks' scales and rounded to BF16. */
#ifndef LK_ATTENTION_PAIRS_H
#define LK_ATTENTION_PAIRS_H

#include "ops/attention/flash.h"

/* NULL where an ISA, the processor or the type has none.
 *
 * values.at: elements d of keys 2 j and 2 j + 1 in the halves of word [j * stride + d];
 * values.scales: of elements 32 g to 32 g + 31 of key j at [g * LK_FLASH_KEYS + j]. */
const lk_flash_value_kernels *lk_flash_pairs_of(const lk_view *values, lk_isa isa);

extern const lk_flash_value_kernels lk_flash_pairs_avx512_bf16;

#endif
