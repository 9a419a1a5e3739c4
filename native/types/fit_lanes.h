/* fit_plain.h with eight groups side by side: a lane does what fit_group.h does to a group, operation for
 * operation, so the bytes are the same. Includes of an ISA's lanes come first.
 *
 * Transposed arrays hold element i of eight groups from 8 i on. A choice is a mask here, never a jump, and
 * what a lane computes in vain (a quotient by 0) is dropped by its mask. */
#ifndef LK_FIT_H
#define LK_FIT_H

#include "types/fit_group.h"

/* Eight groups of n elements, n <= 32. */
LK_INLINE void lk_transpose(float *dst, const float *src, const int n) {
    for (int i = 0; i < n; i += 8) lk_lanes_gather8(dst + 8 * i, src + i, n);
}

LK_INLINE void lk_group_sums(float *sums, const float *values, const int n) {
    float lanes[256];
    for (int g = 0; g < 256 / n; g += 8) {
        lk_transpose(lanes, values + n * g, n);
        lk_lanes sum = lk_lanes_all(0);
        for (int i = 0; i < n; i++) sum = lk_lanes_add(sum, lk_lanes_load(lanes + 8 * i));
        lk_lanes_store(sums + g, sum);
    }
}

/* The steps of a whole block, from 0: (x - low) inverse, to nearest, in [least, most]. Groups whose inverse
 * is 0 have the step 0. */
LK_INLINE void lk_write_steps(uint8_t *q, const float *x, const float *inverse, const float *low, const int n,
                              const int least, const int most) {
    for (int i = 0; i < 256; i += 32) {
        lk_lanes steps[4];
        LK_UNROLL
        for (int j = 0; j < 4; j++) {
            const int g = (i + 8 * j) / n;
            const lk_lanes factor = lk_lanes_all(inverse[g]);
            const lk_lanes value = lk_lanes_sub(lk_lanes_load(x + i + 8 * j), lk_lanes_all(low[g]));
            const lk_lanes step = lk_lanes_nearest(lk_lanes_mul(factor, value), least, most);
            steps[j] = lk_lanes_select(lk_lanes_equal(factor, lk_lanes_all(0)), lk_lanes_all(0),
                                       lk_lanes_sub(step, lk_lanes_all((float)least)));
        }
        lk_lanes_store_bytes(q + i, steps);
    }
}

LK_INLINE void lk_requantize(uint8_t *q, const float *x, const float *scale, const float *offset, const int n,
                             const int low, const int high) {
    for (int i = 0; i < 256; i += 32) {
        uint8_t kept[32];
        lk_lanes steps[4];
        memcpy(kept, q + i, sizeof kept);
        LK_UNROLL
        for (int j = 0; j < 4; j++) {
            const int g = (i + 8 * j) / n;
            const lk_lanes value = lk_lanes_add(lk_lanes_load(x + i + 8 * j), lk_lanes_all(offset[g]));
            const lk_lanes step = lk_lanes_nearest(lk_lanes_div(value, lk_lanes_all(scale[g])), low, high);
            steps[j] = lk_lanes_sub(step, lk_lanes_all((float)low));
        }
        lk_lanes_store_bytes(q + i, steps);
        for (int j = 0; j < 32; j += n < 32 ? n : 32)
            if (scale[(i + j) / n] == 0) memcpy(q + i + j, kept + j, (size_t)(n < 32 ? n : 32));
    }
}

/* Eight groups: what fit_group.h keeps in local variables, and inverse and low of the steps that were best.
 */
typedef struct lk_affine_lanes {
    lk_lanes scale, minimum, inverse, low;
} lk_affine_lanes;

typedef struct lk_affine_totals {
    lk_lanes high, sum_w, sum_x;
} lk_affine_totals;

LK_INLINE lk_lanes lk_affine_totals_of(lk_affine_totals *totals, const float *x, const float *w,
                                       const int n) {
    lk_lanes low = lk_lanes_load(x);
    totals->high = low;
    totals->sum_w = lk_lanes_load(w);
    totals->sum_x = lk_lanes_mul(totals->sum_w, low);
    for (int i = 1; i < n; i++) {
        const lk_lanes value = lk_lanes_load(x + 8 * i), weight = lk_lanes_load(w + 8 * i);
        low = lk_lanes_min(value, low);
        totals->high = lk_lanes_max(value, totals->high);
        totals->sum_w = lk_lanes_add(totals->sum_w, weight);
        totals->sum_x = lk_lanes_add(totals->sum_x, lk_lanes_mul(weight, value));
    }
    const lk_lanes zero = lk_lanes_all(0);
    return lk_lanes_select(lk_lanes_less(zero, low), zero, low);
}

LK_INLINE lk_lanes lk_affine_lanes_error(const float *q, const float *x, const float *w, const int n,
                                         const lk_lanes scale, const lk_lanes minimum, const bool absolute) {
    lk_lanes error = lk_lanes_all(0);
    for (int i = 0; i < n; i++) {
        lk_lanes difference = lk_lanes_add(lk_lanes_mul(scale, lk_lanes_load(q + 8 * i)), minimum);
        difference = lk_lanes_sub(difference, lk_lanes_load(x + 8 * i));
        difference = absolute ? lk_lanes_abs(difference) : lk_lanes_mul(difference, difference);
        error = lk_lanes_add(error, lk_lanes_mul(lk_lanes_load(w + 8 * i), difference));
    }
    return error;
}

LK_INLINE lk_lanes lk_affine_lanes_step(const float *x, const lk_affine_lanes *fit, const int top) {
    return lk_lanes_nearest(lk_lanes_mul(fit->inverse, lk_lanes_sub(lk_lanes_load(x), fit->low)), 0, top);
}

/* The least squares line of the steps that fit->inverse and fit->low make, which q receives; the mask says
 * where there is one. */
LK_INLINE lk_mask lk_affine_lanes_solve(lk_affine_lanes *fit, float *q, const float *x, const float *w,
                                        const int n, const int top, const lk_affine_totals *totals) {
    const lk_lanes zero = lk_lanes_all(0);
    lk_lanes sum_q = zero, sum_qq = zero, sum_xq = zero;
    for (int i = 0; i < n; i++) {
        const lk_lanes step = lk_affine_lanes_step(x + 8 * i, fit, top);
        const lk_lanes wq = lk_lanes_mul(lk_lanes_load(w + 8 * i), step);
        lk_lanes_store(q + 8 * i, step);
        sum_q = lk_lanes_add(sum_q, wq);
        sum_qq = lk_lanes_add(sum_qq, lk_lanes_mul(wq, step));
        sum_xq = lk_lanes_add(sum_xq, lk_lanes_mul(wq, lk_lanes_load(x + 8 * i)));
    }
    const lk_lanes determinant =
        lk_lanes_sub(lk_lanes_mul(totals->sum_w, sum_qq), lk_lanes_mul(sum_q, sum_q));
    const lk_lanes scale =
        lk_lanes_sub(lk_lanes_mul(totals->sum_w, sum_xq), lk_lanes_mul(totals->sum_x, sum_q));
    const lk_lanes minimum = lk_lanes_div(
        lk_lanes_sub(lk_lanes_mul(sum_qq, totals->sum_x), lk_lanes_mul(sum_q, sum_xq)), determinant);
    const lk_mask positive = lk_lanes_less(zero, minimum);
    fit->minimum = lk_lanes_select(positive, zero, minimum);
    fit->scale = lk_lanes_select(positive, lk_lanes_div(sum_xq, sum_qq), lk_lanes_div(scale, determinant));
    return lk_lanes_less(zero, determinant);
}

LK_INLINE lk_affine_lanes lk_affine_lanes_select(lk_mask mask, lk_affine_lanes yes, lk_affine_lanes no) {
    return (lk_affine_lanes){
        lk_lanes_select(mask, yes.scale, no.scale), lk_lanes_select(mask, yes.minimum, no.minimum),
        lk_lanes_select(mask, yes.inverse, no.inverse), lk_lanes_select(mask, yes.low, no.low)};
}

LK_INLINE lk_affine_lanes lk_fit_affine_lanes(const float *x, const float *w, const int n,
                                              const lk_affine_search search) {
    float q[256];
    lk_affine_totals totals;
    const lk_lanes zero = lk_lanes_all(0), low = lk_affine_totals_of(&totals, x, w, n);
    lk_affine_lanes best = {.minimum = low, .low = low};
    best.inverse = lk_lanes_div(lk_lanes_all((float)search.top), lk_lanes_sub(totals.high, low));
    best.scale = lk_lanes_div(lk_lanes_all(1), best.inverse);
    for (int i = 0; i < n; i++) lk_lanes_store(q + 8 * i, lk_affine_lanes_step(x + 8 * i, &best, search.top));
    lk_lanes best_error = lk_affine_lanes_error(q, x, w, n, best.scale, best.minimum, search.absolute);
    for (int i = 0; i <= search.steps; i++) {
        const float range = search.first + search.step * (float)i + (float)search.top;
        lk_affine_lanes fit = {.low = best.minimum};
        fit.inverse = lk_lanes_div(lk_lanes_all(range), lk_lanes_sub(totals.high, fit.low));
        lk_mask better = lk_affine_lanes_solve(&fit, q, x, w, n, search.top, &totals);
        const lk_lanes error = lk_affine_lanes_error(q, x, w, n, fit.scale, fit.minimum, search.absolute);
        better = lk_mask_and(better, lk_lanes_less(error, best_error));
        best_error = lk_lanes_select(better, error, best_error);
        best = lk_affine_lanes_select(better, fit, best);
    }
    return lk_affine_lanes_select(lk_lanes_equal(totals.high, low), (lk_affine_lanes){zero, low, zero, low},
                                  best);
}

LK_INLINE void lk_fit_affine(float *scale, float *minimum, uint8_t *q, const float *x, const float *w,
                             const int n, const lk_affine_search search) {
    float x_lanes[256], w_lanes[256], inverse[16], low[16];
    for (int g = 0; g < 256 / n; g += 8) {
        lk_transpose(x_lanes, x + n * g, n);
        lk_transpose(w_lanes, w + n * g, n);
        const lk_affine_lanes fit = lk_fit_affine_lanes(x_lanes, w_lanes, n, search);
        lk_lanes_store(scale + g, fit.scale);
        lk_lanes_store(minimum + g, fit.minimum);
        lk_lanes_store(inverse + g, fit.inverse);
        lk_lanes_store(low + g, fit.low);
    }
    lk_write_steps(q, x, inverse, low, n, 0, search.top);
}

/* The weight of largest magnitude in each group, the first of several. */
LK_INLINE lk_lanes lk_extreme_lanes(const float *x, const int n) {
    lk_lanes extreme = lk_lanes_all(0), largest = extreme;
    for (int i = 0; i < n; i++) {
        const lk_lanes value = lk_lanes_load(x + 8 * i), magnitude = lk_lanes_abs(value);
        extreme = lk_lanes_select(lk_lanes_less(largest, magnitude), value, extreme);
        largest = lk_lanes_max(magnitude, largest);
    }
    return extreme;
}

typedef struct lk_signed_lanes {
    lk_lanes xq, qq;
} lk_signed_lanes;

LK_INLINE lk_signed_lanes lk_signed_lanes_try(const float *x, const float *w, const float *wx, const int n,
                                              const lk_lanes inverse, const int half) {
    lk_signed_lanes sums = {lk_lanes_all(0), lk_lanes_all(0)};
    for (int i = 0; i < n; i++) {
        const lk_lanes value = lk_lanes_mul(inverse, lk_lanes_load(x + 8 * i));
        const lk_lanes step = lk_lanes_nearest_small(value, -half, half - 1);
        sums.xq = lk_lanes_add(sums.xq, lk_lanes_mul(lk_lanes_load(wx + 8 * i), step));
        sums.qq = lk_lanes_add(sums.qq, lk_lanes_mul(lk_lanes_mul(lk_lanes_load(w + 8 * i), step), step));
    }
    return sums;
}

/* Returns the scales; inverse is 0 for groups of zeros. */
LK_INLINE lk_lanes lk_fit_signed_lanes(lk_lanes *inverse, const float *x, const float *w, const int n,
                                       const int half) {
    float wx[256];
    for (int i = 0; i < 8 * n; i += 8)
        lk_lanes_store(wx + i, lk_lanes_mul(lk_lanes_load(w + i), lk_lanes_load(x + i)));
    const lk_lanes zero = lk_lanes_all(0), extreme = lk_extreme_lanes(x, n);
    *inverse = lk_lanes_div(lk_lanes_all((float)-half), extreme);
    lk_signed_lanes sums = lk_signed_lanes_try(x, w, wx, n, *inverse, half);
    lk_lanes scale = lk_lanes_select(lk_lanes_equal(sums.qq, zero), zero, lk_lanes_div(sums.xq, sums.qq));
    lk_lanes best = lk_lanes_mul(scale, sums.xq);
    for (int i = -9; i <= 9; i++) {
        if (i == 0) continue;
        const lk_lanes tried = lk_lanes_div(lk_lanes_all(-((float)half + 0.1f * (float)i)), extreme);
        sums = lk_signed_lanes_try(x, w, wx, n, tried, half);
        const lk_mask better =
            lk_mask_and(lk_lanes_less(zero, sums.qq),
                        lk_lanes_less(lk_lanes_mul(best, sums.qq), lk_lanes_mul(sums.xq, sums.xq)));
        const lk_lanes fitted = lk_lanes_div(sums.xq, sums.qq);
        *inverse = lk_lanes_select(better, tried, *inverse);
        scale = lk_lanes_select(better, fitted, scale);
        best = lk_lanes_select(better, lk_lanes_mul(fitted, sums.xq), best);
    }
    const lk_mask none = lk_lanes_less(lk_lanes_abs(extreme), lk_lanes_all(LK_FIT_LEAST));
    *inverse = lk_lanes_select(none, zero, *inverse);
    return lk_lanes_select(none, zero, scale);
}

LK_INLINE void lk_fit_signed(float *scale, uint8_t *q, const float *x, const float *w, const int n,
                             const int half) {
    float x_lanes[256], w_lanes[256], inverse[16];
    const float low[16] = {0};
    for (int g = 0; g < 256 / n; g += 8) {
        lk_lanes found;
        lk_transpose(x_lanes, x + n * g, n);
        lk_transpose(w_lanes, w + n * g, n);
        lk_lanes_store(scale + g, lk_fit_signed_lanes(&found, x_lanes, w_lanes, n, half));
        lk_lanes_store(inverse + g, found);
    }
    lk_write_steps(q, x, inverse, low, n, -half, half - 1);
}

/* Eight groups being refined: the steps and what moving one needs, transposed. */
typedef struct lk_refined_lanes {
    float x[128], w[128], wx[128], steps[128];
    lk_signed_lanes sums;
} lk_refined_lanes;

LK_INLINE lk_lanes lk_refine_start(lk_refined_lanes *r, const int half) {
    const lk_lanes extreme = lk_extreme_lanes(r->x, 16);
    const lk_lanes inverse = lk_lanes_div(lk_lanes_all((float)-half), extreme);
    r->sums = (lk_signed_lanes){lk_lanes_all(0), lk_lanes_all(0)};
    for (int i = 0; i < 128; i += 8) {
        const lk_lanes x = lk_lanes_load(r->x + i), w = lk_lanes_mul(x, x), wx = lk_lanes_mul(w, x);
        const lk_lanes step = lk_lanes_nearest_small(lk_lanes_mul(inverse, x), -half, half - 1);
        lk_lanes_store(r->w + i, w);
        lk_lanes_store(r->wx + i, wx);
        lk_lanes_store(r->steps + i, step);
        r->sums.xq = lk_lanes_add(r->sums.xq, lk_lanes_mul(wx, step));
        r->sums.qq = lk_lanes_add(r->sums.qq, lk_lanes_mul(lk_lanes_mul(w, step), step));
    }
    return extreme;
}

/* Moves element i of the groups where that helps; says whether it did. Most elements rest, which a jump
 * learns: the next one's quotient then need not wait for this one. */
LK_INLINE bool lk_refine_step(lk_refined_lanes *r, const int i, const int half) {
    const lk_lanes zero = lk_lanes_all(0), x = lk_lanes_load(r->x + i), w = lk_lanes_load(r->w + i);
    const lk_lanes wx = lk_lanes_load(r->wx + i), old = lk_lanes_load(r->steps + i);
    lk_lanes xq = lk_lanes_sub(r->sums.xq, lk_lanes_mul(wx, old));
    lk_lanes qq = lk_lanes_sub(r->sums.qq, lk_lanes_mul(lk_lanes_mul(w, old), old));
    const lk_lanes step = lk_lanes_nearest(lk_lanes_div(lk_lanes_mul(x, qq), xq), -half, half - 1);
    lk_mask moves = lk_mask_and_not(lk_lanes_less(zero, xq), lk_lanes_equal(step, old));
    if (!lk_mask_any(moves)) return false;
    xq = lk_lanes_add(xq, lk_lanes_mul(wx, step));
    qq = lk_lanes_add(qq, lk_lanes_mul(lk_lanes_mul(w, step), step));
    const lk_lanes gain = lk_lanes_mul(lk_lanes_mul(xq, xq), r->sums.qq);
    const lk_lanes loss = lk_lanes_mul(lk_lanes_mul(r->sums.xq, r->sums.xq), qq);
    moves = lk_mask_and(moves, lk_mask_and(lk_lanes_less(zero, qq), lk_lanes_less(loss, gain)));
    lk_lanes_store(r->steps + i, lk_lanes_select(moves, step, old));
    r->sums.xq = lk_lanes_select(moves, xq, r->sums.xq);
    r->sums.qq = lk_lanes_select(moves, qq, r->sums.qq);
    return lk_mask_any(moves);
}

/* Eight groups of 16. One that has come to rest stays as it is in rounds that others still need. */
LK_INLINE lk_lanes lk_refine_lanes(lk_refined_lanes *r, const int half) {
    const lk_lanes zero = lk_lanes_all(0), least = lk_lanes_all(LK_FIT_LEAST);
    const lk_mask none = lk_lanes_less(lk_lanes_abs(lk_refine_start(r, half)), least);
    bool changed = true;
    for (int round = 0; round < 5 && changed; round++) {
        changed = false;
        for (int i = 0; i < 128; i += 8) changed |= lk_refine_step(r, i, half);
    }
    for (int i = 0; i < 128; i += 8) {
        const lk_lanes step = lk_lanes_add(lk_lanes_load(r->steps + i), lk_lanes_all((float)half));
        lk_lanes_store(r->steps + i, lk_lanes_select(none, zero, step));
    }
    const lk_mask held = lk_mask_and_not(lk_lanes_less(zero, r->sums.qq), none);
    return lk_lanes_select(held, lk_lanes_div(r->sums.xq, r->sums.qq), zero);
}

/* n is 16. */
LK_INLINE void lk_refine_signed(float *scale, uint8_t *q, const float *x, const int n, const int half) {
    for (int g = 0; g < 16; g += 8) {
        lk_refined_lanes r;
        lk_transpose(r.x, x + n * g, n);
        lk_lanes_store(scale + g, lk_refine_lanes(&r, half));
        for (int i = 0; i < 128; i++) q[n * g + i] = (uint8_t)r.steps[8 * (i % n) + i / n];
    }
}

#endif
