/* YaRN: Peng et al. 2023, "YaRN: Efficient Context Window Extension of Large Language Models", sections 3.2
 * to 3.4. */
#include "ops/ops.h"
#include <math.h>

static const double pi = 3.14159265358979323846;

typedef struct yarn {
    double low, high; /* pairs below low keep their angle, those above high are interpolated */
    double strength;  /* ext_factor; 0: everything is interpolated */
    double magnitude; /* of the table's entries */
} yarn;

/* The pair that turns the given number of times within the original context. */
static double pair_of_turns(const lk_op_state *op, double turns) {
    double rotated = (double)op->dst.dims[0], context = op->params[6], base = lk_param_float(op, 0);
    return rotated * log(context / (turns * 2 * pi)) / (2 * log(base));
}

static yarn yarn_of(const lk_op_state *op) {
    yarn result = {0, 0, lk_param_float(op, 2), lk_param_float(op, 3)};
    if (result.strength == 0) return result;
    result.low = fmax(0, floor(pair_of_turns(op, lk_param_float(op, 4))));
    result.high = fmin((double)(op->dst.dims[0] - 1), ceil(pair_of_turns(op, lk_param_float(op, 5))));
    result.magnitude *= 1 + 0.1 * log(1 / (double)lk_param_float(op, 1));
    return result;
}

/* The part of the angle that is not interpolated, 0 to strength. */
static double kept_share(const yarn *range, int64_t pair) {
    if (range->strength == 0) return 0;
    double ramp = ((double)pair - range->low) / fmax(0.001, range->high - range->low);
    return range->strength * (1 - fmin(1, fmax(0, ramp)));
}

void lk_rope_table_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const float *factors = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], 0) : NULL;
    int64_t rotated = op->dst.dims[0], pairs = rotated / 2;
    yarn range = yarn_of(op);
    for (int64_t pair = 0; pair < pairs; pair++) {
        double step = pow(lk_param_float(op, 0), -2.0 * (double)pair / (double)rotated);
        if (factors) step /= factors[pair];
        double kept = kept_share(&range, pair);
        step *= lk_param_float(op, 1) * (1 - kept) + kept;
        for (int64_t row = begin; row < end; row++) {
            double angle = lk_index(&op->src[0], row) * step;
            float *dst = lk_float_row(&op->dst, row);
            dst[pair] = (float)(cos(angle) * range.magnitude);
            dst[pairs + pair] = (float)(sin(angle) * range.magnitude);
        }
    }
}
