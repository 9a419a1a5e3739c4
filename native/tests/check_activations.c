/* The activations of GLU, element by element, against their definitions, and at their limits. */
#include "tests/check.h"
#include "tests/listing.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 3 };

static listing_result run(const listing *list) {
    const int32_t args[LK_ARGUMENT_COUNT] = {TOKENS, 0, 0};
    return listing_run(list, check.isas, 2, args);
}

typedef struct activation_case {
    const char *name;
    int32_t kind;
    float params[4];
    double (*expected)(double gate, double up);
    float spread; /* gates lie within it */
    double error; /* of an element, relative to it */
} activation_case;

static double expected_sigmoid(double x, double up) {
    return up / (1 + exp(-x));
}

static double expected_tanh(double x, double up) {
    return up * tanh(x);
}

static double expected_softplus(double x, double up) {
    return up * (x > 30 ? x : log1p(exp(x)));
}

static double expected_exp(double x, double up) {
    return up * exp(x);
}

/* alpha_p 0.75, alpha_n 1.5, beta 2, eps -2^-20: a beta above alpha_n leaves no zero below 0, near which
 * nothing would have a relative error. */
static double expected_xielu(double x, double up) {
    const double below = expm1(fmin(x, -0x1p-20)) - x;
    return up * (x > 0 ? 0.75 * x * x + 2 * x : 1.5 * below + 2 * x);
}

/* alpha 1.75, limit 7. */
static double expected_swiglu(double gate, double up) {
    const double g = fmin(gate, 7), u = fmax(-7, fmin(7, up));
    return g / (1 + exp(-1.75 * g)) * (u + 1);
}

static const activation_case activations[] = {
    {"SIGMOID", LK_GLU_KIND_SIGMOID, {0}, expected_sigmoid, 80, 4e-7},
    {"TANH", LK_GLU_KIND_TANH, {0}, expected_tanh, 12, 4e-7},
    {"TANH near 0", LK_GLU_KIND_TANH, {0}, expected_tanh, 1e-3f, 4e-7},
    {"SOFTPLUS", LK_GLU_KIND_SOFTPLUS, {0}, expected_softplus, 80, 4e-7},
    {"SOFTPLUS near 0", LK_GLU_KIND_SOFTPLUS, {0}, expected_softplus, 2, 4e-7},
    {"EXP", LK_GLU_KIND_EXP, {0}, expected_exp, 80, 4e-7},
    {"XIELU", LK_GLU_KIND_XIELU, {0.75f, 1.5f, 2, -0x1p-20f}, expected_xielu, 30, 5e-7},
    {"XIELU near 0", LK_GLU_KIND_XIELU, {0.75f, 1.5f, 2, -0x1p-20f}, expected_xielu, 1e-2f, 5e-7},
    {"SWIGLU_OAI", LK_GLU_KIND_SWIGLU_OAI, {1.75f, 7}, expected_swiglu, 20, 4e-6},
};

static lk_op *add_glu(listing *list, const activation_case *c, int32_t dst, int32_t gate, int32_t up) {
    lk_op *op = listing_op(list, LK_OPCODE_GLU, c->name, dst);
    op->src[0] = gate;
    op->src[1] = up;
    op->params[0] = c->kind;
    for (int i = 0; i < 4; ++i) listing_param(op, 1 + i, c->params[i]);
    return op;
}

/* up is at least 0.5 away from where SWIGLU_OAI's u + 1 cancels. */
static void check_activation(const activation_case *c) {
    enum { WIDTH = 1003 };
    random_state random = check_random(c->name);
    listing list = listing_create();
    const int32_t gate = listing_tensor(&list, LK_TYPE_F32, WIDTH, TOKENS, 1, 1, 0);
    const int32_t up = listing_tensor(&list, LK_TYPE_F32, WIDTH, TOKENS, 1, 1, 0);
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, WIDTH, TOKENS, 1, 1, 0);
    for (int64_t r = 0; r < TOKENS; ++r)
        for (int64_t i = 0; i < WIDTH; ++i) {
            const float value = c->spread * random_float(&random);
            listing_floats(&list, gate, r)[i] = i % 100 == 50 ? 0 : value;
            listing_floats(&list, up, r)[i] = i % 3 == 0 ? -9 : 0.5f + 9 * fabsf(random_float(&random));
        }
    add_glu(&list, c, dst, gate, up);
    listing_result result = run(&list);
    check_that(result.status == LK_STATUS_OK, "GLU %s: %s", c->name, lk_last_error());
    double worst = 0, at = 0;
    for (int64_t r = 0; r < TOKENS && result.status == LK_STATUS_OK; ++r)
        for (int64_t i = 0; i < WIDTH; ++i) {
            const double x = listing_floats(&list, gate, r)[i];
            const double expected = c->expected(x, listing_floats(&list, up, r)[i]);
            const double error =
                fabs(listing_result_row(&list, &result, dst, r)[i] - expected) / (fabs(expected) + 1e-37);
            if (error > worst) at = x;
            worst = fmax(worst, error);
        }
    if (check.timing) printf("GLU %s: %.2g at %g\n", c->name, worst, at);
    check_that(worst <= c->error, "GLU %s: off by %.3g at %g, the limit is %.3g", c->name, worst, at,
               c->error);
    free(result.image);
    listing_free(&list);
}

/* At infinities and NaN, up being 1: what the limit of the definition is. */
static void check_activation_limits(void) {
    enum { POINTS = 5 };
    static const float gates[POINTS] = {INFINITY, -INFINITY, NAN, 1000, -1000};
    static const struct {
        int32_t kind;
        float expected[POINTS];
    } limits[] = {
        {LK_GLU_KIND_SIGMOID, {1, 0, NAN, 1, 0}},
        {LK_GLU_KIND_TANH, {1, -1, NAN, 1, -1}},
        {LK_GLU_KIND_SOFTPLUS, {INFINITY, 0, NAN, 1000, 0}},
        {LK_GLU_KIND_EXP, {INFINITY, 0, NAN, INFINITY, 0}},
    };
    for (size_t k = 0; k < sizeof(limits) / sizeof(*limits); ++k) {
        listing list = listing_create();
        const activation_case c = {.name = "limits", .kind = limits[k].kind};
        const int32_t gate = listing_tensor(&list, LK_TYPE_F32, POINTS, TOKENS, 1, 1, 0);
        for (int64_t r = 0; r < TOKENS; ++r) memcpy(listing_floats(&list, gate, r), gates, sizeof(gates));
        const int32_t dst = listing_tensor(&list, LK_TYPE_F32, POINTS, TOKENS, 1, 1, 0);
        add_glu(&list, &c, dst, gate, -1);
        listing_result result = run(&list);
        check_that(result.status == LK_STATUS_OK, "GLU kind %d: %s", limits[k].kind, lk_last_error());
        for (int i = 0; i < POINTS && result.status == LK_STATUS_OK; ++i) {
            const float got = listing_result_row(&list, &result, dst, 0)[i], expected = limits[k].expected[i];
            check_that(isnan(expected) ? isnan(got) : got == expected || fabsf(got - expected) < 1e-37f,
                       "GLU kind %d of %g: %g, not %g", limits[k].kind, (double)gates[i], (double)got,
                       (double)expected);
        }
        free(result.image);
        listing_free(&list);
    }
}

void check_activations(void) {
    for (size_t i = 0; i < sizeof(activations) / sizeof(*activations); ++i) check_activation(&activations[i]);
    check_activation_limits();
}
