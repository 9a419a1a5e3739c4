/* The formulas of the ops that carry a state, as llamakernels.h states them: a row at a time, in double, all
 * heads one after the other. They know nothing of the kernels. */
#ifndef LK_RECURRENT_FORMULAS_H
#define LK_RECURRENT_FORMULAS_H

#include "tests/listing.h"

/* A row of the list's only op. */
typedef struct recurrent_row {
    listing *list;
    int64_t row;
} recurrent_row;

/* dst of a row, from its sources and the state, which it changes, and its sizes: what its terms come to when
 * none cancels another. */
typedef void (*recurrent_step_fn)(const recurrent_row *at, double *state, double *dst, double *sizes);

void recurrent_step_token_shift(const recurrent_row *at, double *state, double *dst, double *sizes);
void recurrent_step_short_conv(const recurrent_row *at, double *state, double *dst, double *sizes);
void recurrent_step_ssm_scan(const recurrent_row *at, double *state, double *dst, double *sizes);
void recurrent_step_gated_delta(const recurrent_row *at, double *state, double *dst, double *sizes);
void recurrent_step_wkv7(const recurrent_row *at, double *state, double *dst, double *sizes);
void recurrent_step_wkv6(const recurrent_row *at, double *state, double *dst, double *sizes);

#endif
