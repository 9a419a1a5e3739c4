/* Random rows of any element type, and activations to multiply them with. */
#ifndef LK_WEIGHTS_H
#define LK_WEIGHTS_H

#include "core/kernel.h"
#include "tests/random.h"

/* n elements (whole blocks): random bytes whose values lie within [2^-10, 2^4], a block in 8 all zeros, a
 * block in 4 at the limits of its quants, where sums overflow first. */
void weights_fill(void *row, const lk_type_kernels *type, int64_t n, random_state *random);

/* A column of k elements of F32, A8 or A8X2, in a quarter of the A8 groups all of the largest magnitude. */
void activations_fill(void *column, int32_t type, int64_t k, random_state *random);

/* sum w x and sum |w x| of a row and a column of an activation type, in double, element by element. */
typedef struct dot_result {
    double sum, magnitude;
} dot_result;
dot_result weights_dot(const lk_type_kernels *type, int32_t activation, const void *row, const void *column,
                       int64_t k);

#endif
