/* The element-wise ops and LAYER_NORM: a row's bits depend neither on the other rows nor on the threads. */
#include "tests/check.h"
#include "tests/listing.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 9, LONG = 77 };

static lk_op *add_pair(listing *list, int32_t opcode, int32_t dst, int32_t a, int32_t b) {
    lk_op *op = listing_op(list, opcode, "pair", dst);
    op->src[0] = a;
    op->src[1] = b;
    return op;
}

typedef struct batch_rows {
    int32_t x, numbers, positions;
} batch_rows;

/* Rows [first, first + count): a row's values depend on its number alone. */
static batch_rows add_rows(listing *list, int32_t first, int32_t count) {
    int32_t positions[BATCH];
    const int32_t x = listing_tensor(list, LK_TYPE_F32, LONG, count, 1, 1, 0);
    const int32_t numbers = listing_tensor(list, LK_TYPE_F32, 1, count, 1, 1, 0);
    for (int32_t r = 0; r < count; ++r) {
        random_state random = {(uint64_t)(first + r)};
        positions[r] = 3 * (first + r);
        *listing_floats(list, numbers, r) = random_float(&random);
        for (int i = 0; i < LONG; ++i) listing_floats(list, x, r)[i] = 3 * random_float(&random);
    }
    return (batch_rows){x, numbers, listing_indices(list, count, positions)};
}

/* All ops of this file: the sum of every activation of x normed and moved by a number of the row, times the
 * temperature of its position, limited, copied. Returns the last dst. */
static int32_t add_all(listing *list, int32_t first, int32_t count) {
    static const float params[] = {0.75f, 1.5f, 2, -1e-6f}; /* of XIELU; the first two of SWIGLU_OAI */
    const batch_rows rows = add_rows(list, first, count);
    const int32_t normed = listing_tensor(list, LK_TYPE_F32, LONG, count, 1, 1, 0);
    const int32_t activated = listing_tensor(list, LK_TYPE_F32, LONG, count, 1, 1, 0);
    const int32_t sum = listing_tensor(list, LK_TYPE_F32, LONG, count, 1, 1, 0);
    const int32_t factors = listing_tensor(list, LK_TYPE_F32, 1, count, 1, 1, 0);
    lk_op *norm = listing_op(list, LK_OPCODE_LAYER_NORM, "norm", normed);
    norm->src[0] = rows.x;
    norm->params[1] = LONG;
    add_pair(list, LK_OPCODE_ADD, sum, normed, rows.numbers);
    for (int32_t kind = 0; kind <= LK_GLU_KIND_SWIGLU_OAI; ++kind) {
        lk_op *glu = add_pair(list, LK_OPCODE_GLU, activated, normed, rows.x);
        glu->params[0] = kind;
        for (int i = 0; i < 4; ++i) listing_param(glu, 1 + i, params[i]);
        add_pair(list, LK_OPCODE_ADD, sum, sum, activated);
    }
    lk_op *temperature = listing_op(list, LK_OPCODE_TEMPERATURE, "temperature", factors);
    temperature->src[0] = rows.positions;
    listing_param(temperature, 0, 0.25f);
    temperature->params[1] = 4;
    add_pair(list, LK_OPCODE_MUL, sum, sum, factors);
    lk_op *clamp = add_pair(list, LK_OPCODE_CLAMP, sum, sum, -1);
    listing_param(clamp, 0, -20);
    listing_param(clamp, 1, 20);
    const int32_t copied = listing_tensor(list, LK_TYPE_F32, LONG, count, 1, 1, 8);
    add_pair(list, LK_OPCODE_COPY, copied, sum, -1);
    return copied;
}

/* Row r alone on one thread has the bits that it has among the others on several. */
static void check_batch(int32_t threads) {
    const int32_t all[LK_ARGUMENT_COUNT] = {BATCH, 0, 0}, one[LK_ARGUMENT_COUNT] = {1, 0, 0};
    listing batch = listing_create();
    const int32_t batch_dst = add_all(&batch, 0, BATCH);
    listing_result together = listing_run(&batch, check.isas, threads, all);
    check_that(together.status == LK_STATUS_OK, "element-wise ops: %s", lk_last_error());
    for (int32_t r = 0; r < BATCH && together.status == LK_STATUS_OK; ++r) {
        listing single = listing_create();
        const int32_t dst = add_all(&single, r, 1);
        listing_result alone = listing_run(&single, check.isas, 1, one);
        check_that(alone.status == LK_STATUS_OK &&
                       memcmp(listing_result_row(&single, &alone, dst, 0),
                              listing_result_row(&batch, &together, batch_dst, r), LONG * sizeof(float)) == 0,
                   "element-wise ops on %d threads: row %d depends on the others", threads, r);
        free(alone.image);
        listing_free(&single);
    }
    free(together.image);
    listing_free(&batch);
}

void check_company(void) {
    for (int32_t threads = 1; threads <= 5; ++threads) check_batch(threads);
}
