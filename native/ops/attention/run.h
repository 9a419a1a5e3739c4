/* The summing of a run of keys for the queries of a unit that belong to one sequence. */
#ifndef LK_ATTENTION_RUN_H
#define LK_ATTENTION_RUN_H

#include "ops/attention/flash.h"

/* Relative biases of distances in a row: what all rows of a unit need of one step, where their positions
 * follow each other. */
enum { LK_FLASH_BIASES = LK_FLASH_KEYS + LK_ATTENTION_TILE };

/* A thread's working memory; queries are ordered by row, then by head of the unit. */
typedef struct lk_flash_memory {
    float *q, *columns, *rows; /* columns: keys transposed; rows: a strip of them as they lie */
    lk_block_a8 *rounded;      /* q, where keys lie in blocks */
    lk_panel *panels;          /* keys, in the place of columns */
    lk_flash_values values;
    float *scores, *part, *totals; /* part: sums of a run */
    lk_flash_weights of_step, of_part, of_total;
    float *decay, *gain;             /* one a query */
    float *slopes, *relative, *bias; /* one, buckets, and LK_FLASH_BIASES a head of the unit */
    int64_t *nearest;                /* one a head: the distance of its first bias */
    int32_t *starts, *buckets;       /* where buckets begin; those of the biases */
    lk_attention_span *seen;         /* one a row, of a step */
} lk_flash_memory;

/* How keys become panels; floats without products. */
typedef struct lk_flash_panels {
    const lk_type_kernels *type;
    const lk_panel_products *products;
    const lk_panel_kind *kind;
    lk_unpack_fn unpack;
} lk_flash_panels;

/* Rows [begin, end) of one sequence, and the unit's heads: the queries that share a kv head. */
typedef struct lk_flash {
    const lk_op_state *op;
    const lk_flash_kernels *kernels;
    const lk_attention_shape *shape;
    lk_flash_memory memory;
    lk_flash_panels panels;
    const lk_flash_value_kernels *values;
    int64_t q_stride, v_stride; /* floats from a query or a key to the next, from a value or a sum */
    int64_t begin, end, sequence, count, queries;
    const lk_attention_cut *cut;
    lk_attention_unit unit;
    int64_t index, units; /* the unit's number, and how many there are */
} lk_flash;

/* The keys and values of a step. */
typedef struct lk_flash_next {
    lk_flash_ahead keys, values;
} lk_flash_next;

static inline void lk_flash_set_weight(lk_flash_weights weights, int64_t query, float largest, float sum) {
    weights.largest[query] = largest;
    weights.sum[query] = sum;
}

/* Sums the keys of table entries [begin, end) from nothing into the part; beyond: what is attended to
 * after them. */
void lk_flash_attend_run(const lk_flash *flash, int64_t begin, int64_t end, lk_flash_next beyond);

/* The first step that a row of a unit sees in the unit's runs from `run` on, which begins at entry `begin`.
 * False when there is none. */
bool lk_flash_foresee(const lk_flash *flash, const lk_attention_unit *unit, int64_t row, int64_t run,
                      int64_t begin, lk_flash_next *next);

/* Asks for all of a step, or what is left of it, at once. */
void lk_flash_ask(const lk_flash *flash, lk_flash_next step);

#endif
