/* A heap of the k best indices seen, the worst of them on top, then sorted in place: n log k steps and no
 * scratch. */
#include "ops/ops.h"
#include <math.h>

/* The order of the result: larger first, then the lower index; NaN after every number. */
static bool before(const float *x, int32_t a, int32_t b) {
    if (x[a] > x[b]) return true;
    if (x[a] < x[b]) return false;
    if (isnan(x[a]) != isnan(x[b])) return isnan(x[b]);
    return a < b;
}

/* Restores the heap of n indices after its element at was replaced. */
static void sift_down(int32_t *heap, int64_t n, int64_t at, const float *x) {
    int32_t moving = heap[at];
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= n) break;
        if (child + 1 < n && before(x, heap[child], heap[child + 1])) child++;
        if (!before(x, moving, heap[child])) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static void top_k(int32_t *best, int64_t k, const float *x, int64_t n) {
    for (int64_t i = 0; i < k; i++) best[i] = (int32_t)i;
    for (int64_t i = k / 2; i-- > 0;) sift_down(best, k, i, x);
    for (int64_t i = k; i < n; i++) {
        if (!before(x, (int32_t)i, best[0])) continue;
        best[0] = (int32_t)i;
        sift_down(best, k, 0, x);
    }
    for (int64_t last = k - 1; last > 0; last--) {
        int32_t worst = best[0];
        best[0] = best[last];
        best[last] = worst;
        sift_down(best, last, 0, x);
    }
}

void lk_top_k_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        top_k((int32_t *)(void *)lk_row(&op->dst, row), op->dst.dims[0], lk_float_row(&op->src[0], row),
              op->src[0].dims[0]);
    }
}
