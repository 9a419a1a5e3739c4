/* ATTENTION without a score matrix in memory, for the ISAs that differ in its inner loops alone.
 *
 * A step takes up to LK_FLASH_KEYS keys of one table entry, cut at multiples of LK_FLASH_KEYS, and sums them
 * from zero; its result is merged into that of its run (lk_attention_run_end), and the runs' results into the
 * whole, both in order. A dot product is summed over its elements and a value over its keys one after the
 * other, whichever way vectors lie, so neither the arithmetic of a query nor its order depends on which
 * queries share the unit or on which thread took which run. */
#ifndef LK_ATTENTION_FLASH_H
#define LK_ATTENTION_FLASH_H

#include "ops/attention/shape.h"
#include "types/panel.h"

enum {
    LK_FLASH_KEYS = 64,
    LK_FLASH_QUERIES = 24, /* whose scores are in memory at once */
    LK_FLASH_FEW = 4,      /* queries for which unpacking takes most of the time */
    LK_FLASH_LANES = 16    /* floats of the widest vector: vectors are padded to a multiple */
};

/* How a dot product becomes a score: key j of the step lies distance + j after the query (below it, when
 * negative), and has bias[j] added, of LK_FLASH_KEYS floats, unless bias is NULL. */
typedef struct lk_flash_bend {
    float softcap, slope, distance;
    const float *bias;
} lk_flash_bend;

/* Bytes that will be read soon. Blocks lie anywhere, so the processor does not foresee them, and it has few
 * requests under way at once: the inner loops ask for a line a turn. */
typedef struct lk_flash_ahead {
    const uint8_t *at, *end;
} lk_flash_ahead;

/* Of queries, one after the other: the largest score, and the sum of the weights, exp(score - largest). */
typedef struct lk_flash_weights {
    float *largest, *sum;
} lk_flash_weights;

/* Room for as many keys as a vector has lanes, stride floats apart. */
typedef struct lk_flash_rows {
    float *at;
    int64_t stride;
} lk_flash_rows;

/* Values of a step. */
typedef struct lk_flash_values {
    float *at;      /* element d of key j at [j * stride + d]; pairs.h has them otherwise */
    float *scales;  /* pairs.h */
    int64_t stride; /* also of the totals */
} lk_flash_values;

typedef struct lk_flash_value_kernels {
    /* Of a strip of LK_FLASH_LANES keys, the first of them at src, those of `keys`. */
    void (*load)(const lk_flash_values *dst, int64_t strip, const lk_view *cache, const uint8_t *src,
                 lk_attention_span keys);

    /* totals[i] = totals[i] * decay[i] + gain[i] * sum over j of weights[i * LK_FLASH_KEYS + j] v[j]. */
    void (*accumulate)(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const lk_flash_values *v, lk_attention_span span,
                       lk_flash_ahead *ahead);
} lk_flash_value_kernels;

/* For LK_FLASH_FEW queries at most: keys and values of F16 as they lie in a cache, key 0 at src; in k_dim a
 * multiple of 8, in v_dim of LK_FLASH_LANES, and with memory behind src for span rounded outwards. */
typedef struct lk_flash_few_kernels {
    void (*dots)(float *scores, const float *q, int64_t stride, int64_t queries, const lk_view *cache,
                 const uint8_t *src, lk_attention_span span, lk_flash_ahead *ahead);
    void (*accumulate)(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const lk_view *cache, const uint8_t *src, lk_attention_span span,
                       lk_flash_ahead *ahead);
} lk_flash_few_kernels;

typedef struct lk_flash_kernels {
    lk_isa isa;
    int64_t lanes; /* floats of a vector */

    /* columns[d * LK_FLASH_KEYS + j] = element d of key j, for keys of [0, lanes) and all elements, rounded
     * up to 4; key 0 at src. Columns of other keys become anything. */
    void (*turn)(float *columns, lk_flash_rows rows, const lk_view *cache, const uint8_t *src,
                 lk_attention_span keys);

    /* scores[i * LK_FLASH_KEYS + j] = q[i] . k[j] for j of span, rounded outwards to whole vectors; k as
     * transpose leaves it, queries stride floats apart. */
    void (*dots)(float *scores, const float *q, int64_t stride, int64_t queries, const float *k,
                 lk_attention_span span, int64_t n, lk_flash_ahead *ahead);

    /* Turns a query's dot products, those of span, into scores, those of keys that it does not see into -inf.
     * Returns the largest. */
    float (*score)(float *scores, lk_attention_span span, lk_attention_span seen, const lk_flash_bend *bend);

    /* Turns queries' scores into weights and adds these up; largest is there already. Where every score is
     * -inf, the weights and their sum are 0. */
    void (*weigh)(float *scores, int64_t queries, lk_attention_span span, lk_flash_weights weights);

    /* Merges n results into those that came before: largest and sum become those of both; decay and gain are
     * what the old and the new values have to be multiplied by. */
    void (*merge)(lk_flash_weights old, lk_flash_weights new, float *decay, float *gain, int64_t n);

    lk_flash_value_kernels values;

    /* total = total * decay + part * gain, of padded floats. */
    void (*combine)(float *total, const float *part, float decay, float gain, int64_t padded);

    const lk_flash_few_kernels *few; /* NULL where an ISA has none */
} lk_flash_kernels;

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels);

#endif
