/* How MAT_MUL_ID is cut: unit a * chunks + c is chunk c of the weight rows of the a-th expert in use. The
 * columns of an expert lie scattered; they are gathered to scratch a tile at a time, and the tile passes over
 * all chunks that a thread has of the expert. */
#ifndef LK_MAT_MUL_ID_TILE_H
#define LK_MAT_MUL_ID_TILE_H

#include "ops/expert_sort/groups.h"
#include "ops/mat_mul/tile.h"

/* The sizes of the cut. */
typedef struct lk_expert_cut {
    int64_t chunk_rows, chunks, tile_columns;
    int64_t planes;           /* of a row of x, 2 of A8X2 */
    int64_t row_bytes;        /* of x */
    int64_t results;          /* where in scratch the products of a chunk are, after the gathered columns */
    int64_t pairs, most_used; /* pairs of the live rows, experts that they can use */
} lk_expert_cut;

lk_expert_cut lk_expert_cut_of(const lk_op_state *op);

/* Columns of one expert. */
typedef struct lk_expert_tile {
    int64_t expert, columns;
    const int32_t *pairs; /* one a column */
    const uint8_t *x;     /* the columns */
} lk_expert_tile;

/* The group of the a-th expert in use; false when fewer are, or when it is none that there can be (a fault).
 */
bool lk_expert_cut_group(const lk_op_state *op, const lk_expert_cut *cut, int64_t a, lk_expert_group *group);

/* Takes the tile's columns to where they lie side by side: nowhere when there is only one. False, and a
 * fault, when a pair is none of the rows'. */
bool lk_expert_tile_gather(const lk_op_state *op, const lk_expert_cut *cut, lk_expert_tile *tile,
                           void *scratch);

/* Where the result of a pair belongs. */
static inline float *lk_expert_result(const lk_op_state *op, int64_t pair) {
    const lk_view *dst = &op->dst;
    const int64_t t = pair / dst->dims[2], j = pair % dst->dims[2];
    return (float *)(void *)(dst->data + t * dst->strides[1] + j * dst->strides[2]);
}

#endif
