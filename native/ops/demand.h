/* What the ops demand of their tensors, so that all of them say what is wrong in the same words. That each
 * tensor is sound by itself (dimensions in [1, 2^31), aligned strides, no overlap) is checked by core before.
 * The first demand that does not hold writes the text; later ones change nothing. Every demand is evaluated,
 * so a condition guards its own divisions. */
#ifndef LK_DEMAND_H
#define LK_DEMAND_H

#include "core/kernel.h"

typedef struct lk_demand {
    char *text;
    size_t size;
    bool failed;
} lk_demand;

/* The condition, with the text (printf's format) for when it does not hold. */
void lk_demand_that(lk_demand *demand, bool holds, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* A tensor of this element type. */
void lk_demand_tensor(lk_demand *demand, const lk_view *view, const char *name, int32_t type);

/* A tensor [n, rows]. */
void lk_demand_matrix(lk_demand *demand, const lk_view *view, const char *name, int32_t type);

/* A tensor [n]. */
void lk_demand_vector(lk_demand *demand, const lk_view *view, const char *name, int32_t type, int64_t n);

/* Matrices a and b have the same dimensions. */
void lk_demand_same(lk_demand *demand, const lk_view *a, const char *a_name, const lk_view *b,
                    const char *b_name);

/* src[source] is f32 [n, T], T the rows of dst. */
void lk_demand_rows(lk_demand *demand, const lk_op_state *op, int source, const char *name, int64_t n);

/* The tensors of an element-wise op: dst and a [n, T], b [n, T], [n], [1, T] or [1]. */
void lk_demand_row_pair(lk_demand *demand, const lk_op_state *op);

/* dst, x and the parameters eps and width of a norm of every width elements of a row. */
void lk_demand_norm(lk_demand *demand, const lk_op_state *op);

/* The text, or NULL when every demand held. */
const char *lk_demand_result(const lk_demand *demand);

#endif
