/* Products of few columns, straight from panels in memory: what a token being decoded needs. Weights are read
 * once and meet their activations in registers, so that memory never waits for a panel to be multiplied. */
#ifndef LK_FEW_H
#define LK_FEW_H

#include "core/kernel.h"

enum { LK_FEW_COLUMNS = 2 };

/* dst[c / planes * dst_stride + r] of whole groups of 16 rows: the bits that lk_panel_product gives. */
typedef struct lk_few_product {
    const uint8_t *w; /* the first group's panels */
    int64_t w_stride; /* bytes of a row */
    int32_t groups;
    int32_t k;           /* a multiple of lk_few_granule */
    int64_t chunk_bytes; /* of 16 rows by 256 weights */
    const uint8_t *x;    /* blocks of A8 */
    int64_t x_stride;    /* bytes */
    int32_t columns;     /* of x, LK_FEW_COLUMNS at most, a multiple of planes */
    int32_t planes;      /* columns of x that are added up to a column of dst */
    bool add;            /* to what dst holds */
    float *dst;
    int64_t dst_stride; /* floats */
} lk_few_product;

typedef void (*lk_few_fn)(const lk_few_product *product);

/* What k is a multiple of. */
static inline int32_t lk_few_granule(const lk_type_kernels *type) {
    return type->block_length == 32 ? 64 : 256;
}

/* NULL where a type has none on an ISA. */
lk_few_fn lk_few_find(const lk_type_kernels *type, lk_isa isa);

#endif
