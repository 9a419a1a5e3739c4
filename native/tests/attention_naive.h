/* What ATTENTION's text in llamakernels.h says, written down a second time with a matrix of scores. */
#ifndef LK_ATTENTION_NAIVE_H
#define LK_ATTENTION_NAIVE_H

#include "tests/listing.h"

/* An op of a listing, with the values that its sources have in the listing's image. */
typedef struct attention {
    listing list;
    const lk_op *op;
} attention;

/* A source of the op, or its dst (-1). */
static inline const lk_tensor *attention_tensor(const attention *in, int source) {
    return &in->list.tensors[source < 0 ? in->op->dst : in->op->src[source]];
}

/* Element [i, j, k, l] of a source of numbers. */
double attention_number(const attention *in, int source, int64_t i, int64_t j, int64_t k, int64_t l);

/* T5's bucket of a distance, by the bounds that Hugging Face's code has in float32: for side and max_distance
 * 16, 128; 32, 128; 8, 64 and 5, 20. */
int64_t attention_bucket(int64_t side, int64_t max_distance, bool both, int64_t distance);

/* The squares of the errors of dst's rows in an image, and of what they should be. */
typedef struct attention_error {
    double apart, norm;
} attention_error;

/* Of squared errors in what an ISA computes: 2^-16 where it rounds values' weights to BF16 (8 bits), else
 * 1e-12.
 */
double attention_tolerance(const attention *in, lk_isa isa);

attention_error attention_compare(const attention *in, const uint8_t *image, int64_t rows);

#endif
