/* ATTENTION without a score matrix in memory, for the ISAs that differ in its four inner loops alone.
 *
 * A step takes up to LK_FLASH_KEYS keys of one table entry, cut at multiples of LK_FLASH_KEYS, and sums them
 * from zero; its result is then merged into the running one. Neither the arithmetic of a query nor its order
 * depends on which queries share the unit: vectors are padded to LK_FLASH_LANES floats with zeros, and every
 * kernel treats each query alike whether it comes alone or in a block. */
#ifndef LK_ATTENTION_FLASH_H
#define LK_ATTENTION_FLASH_H

#include "ops/attention/shape.h"

enum { LK_FLASH_KEYS = 64, LK_FLASH_LANES = 8 };

/* How a dot product becomes a score: key j of the step lies distance + j after the query (below it, when
 * negative), and has bias[j] added, of LK_FLASH_KEYS floats, unless bias is NULL. */
typedef struct lk_flash_bend {
    float scale, softcap, slope, distance;
    const float *bias;
} lk_flash_bend;

/* The largest score of a step, and the sum of its weights, exp(score - largest). */
typedef struct lk_flash_weight {
    float largest, sum;
} lk_flash_weight;

typedef struct lk_flash_kernels {
    /* dst[padded] = n elements of src (type f32 or f16), then zeros. */
    void (*widen)(float *dst, const uint8_t *src, int32_t type, int64_t n, int64_t padded);

    /* scores[i * LK_FLASH_KEYS + j] = q[i] . k[j]; vectors are padded floats apart. */
    void (*dots)(float *scores, const float *q, int64_t queries, const float *k, int64_t keys,
                 int64_t padded);

    /* Turns a query's dot products into weights. Where every score is -inf, the weights and their sum are 0.
     */
    lk_flash_weight (*weigh)(float *scores, int64_t keys, const lk_flash_bend *bend);

    /* totals[i] = totals[i] * decay[i] + gain[i] * sum over j of weights[i * LK_FLASH_KEYS + j] v[j]. Totals
     * are padded floats apart, values stride. */
    void (*accumulate)(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const float *v, int64_t keys, int64_t stride, int64_t padded);
} lk_flash_kernels;

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels);

#endif
