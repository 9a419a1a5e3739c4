/* A panel: 16 rows by up to 256 weights, unpacked as the products read them. Made once for all columns that
 * are multiplied with it, whatever the weight type: a type supplies the unpacking, an ISA the products. */
#ifndef LK_PANEL_H
#define LK_PANEL_H

#include "types/layout.h"

/* lk_panel_kind says what is what. */
typedef struct lk_panel {
    _Alignas(64) uint8_t q[LK_PANEL_LENGTH / 4][LK_PANEL_ROWS][4];
    float scale[LK_PANEL_LENGTH / 16]
               [LK_PANEL_ROWS]; /* of 20 significant bits at most, which the products count on */
    float minimum[LK_PANEL_LENGTH / 16][LK_PANEL_ROWS]; /* undefined where the kind has none */
} lk_panel;

/* A few panels side by side, of the same n weights, times columns. */
typedef struct lk_panel_product {
    lk_panel_kind kind;
    const lk_panel *panels; /* [chunks][panel_count] */
    int32_t panel_count;
    int32_t n;           /* weights: the last chunk may be short */
    const uint8_t *x;    /* the first column's blocks of these chunks */
    int64_t x_stride;    /* bytes */
    int32_t columns;     /* of x, a multiple of planes */
    int32_t planes;      /* columns of x whose products are added up to a column of dst: 1 or 2 */
    bool first;          /* dst is written, not added to */
    float *dst;          /* dst[c / planes * dst_stride + r] for 16 panel_count rows */
    int64_t dst_stride;  /* floats */
    const uint8_t *next; /* asked for while this is multiplied, next_bytes at each block of 32 weights */
    int32_t next_bytes;
} lk_panel_product;

/* Asks for memory that will be read soon, and once. Nothing happens where there is none. */
static inline void lk_ask_for(const uint8_t *p, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(p + i, 0, 0);
}

typedef void (*lk_panel_product_fn)(const lk_panel_product *product);

/* The products of an ISA. */
typedef struct lk_panel_products {
    int32_t panel_count; /* most panels that are multiplied side by side */
    int32_t chunks;      /* most chunks of a product */
    lk_panel_product_fn multiply;
} lk_panel_products;

/* NULL where an ISA has none. */
const lk_panel_products *lk_panel_products_of(lk_isa isa);

extern const lk_panel_products lk_panel_products_avx2, lk_panel_products_avx512, lk_panel_products_neon,
    lk_panel_products_neon_dotprod, lk_panel_products_neon_i8mm;

#endif
