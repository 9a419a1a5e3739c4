#include "core/slices.h"
#include "core/status.h"

enum { LEAST_SLICE = 32, MOST_SLICE = 4096, SLICE_BYTES = 65536, GOOD_SLICE = 64 };

int64_t lk_slice_granule(int32_t opcode, const lk_op_state *op) {
    switch (opcode) {
    case LK_OPCODE_MAT_MUL:
    case LK_OPCODE_MAT_MUL_ID:
    case LK_OPCODE_QUANTIZE:
        return LEAST_SLICE;
    case LK_OPCODE_ADD:
    case LK_OPCODE_MUL:
    case LK_OPCODE_SCALE:
    case LK_OPCODE_CLAMP:
    case LK_OPCODE_COPY:
    case LK_OPCODE_GLU:
        return 1;
    case LK_OPCODE_ROPE:
        return op->params[0];
    case LK_OPCODE_RMS_NORM:
        return op->params[1];
    case LK_OPCODE_KV_STORE:
        return op->dst.dims[0];
    default:
        return 0;
    }
}

int64_t lk_slice_elements(int32_t opcode, const lk_op_state *op) {
    return opcode == LK_OPCODE_KV_STORE ? op->src[0].dims[0] : op->dst.dims[0];
}

bool lk_slice_of_source(int32_t opcode, const lk_op_state *op, int source) {
    if (op->src[source].dims[0] != lk_slice_elements(opcode, op)) return false;
    switch (opcode) {
    case LK_OPCODE_MAT_MUL:
        return source == 2 || source == 3;
    case LK_OPCODE_MAT_MUL_ID:
        return source == 3;
    case LK_OPCODE_ADD:
    case LK_OPCODE_MUL:
    case LK_OPCODE_GLU:
        return true;
    default:
        return source == 0;
    }
}

/* Elements [begin, end) of each row. */
static void cut(lk_view *view, int64_t begin, int64_t end) {
    view->data += begin * (int64_t)sizeof(float);
    view->dims[0] = end - begin;
}

static void cut_weights(lk_view *weights, int64_t begin, int64_t end) {
    weights->data += begin * weights->strides[1];
    weights->dims[1] = end - begin;
}

void lk_slice_take(int32_t opcode, lk_op_state *op, int64_t begin, int64_t end) {
    for (int i = 0; i < LK_OP_SOURCES; ++i)
        if (op->src[i].data != NULL && lk_slice_of_source(opcode, op, i)) cut(&op->src[i], begin, end);
    if (lk_op_multiplies(opcode)) cut_weights(&op->src[0], begin, end);
    if (opcode == LK_OPCODE_QUANTIZE) {
        op->first_element = begin;
    } else if (opcode == LK_OPCODE_KV_STORE) {
        op->dst.data += begin / op->dst.dims[0] * op->dst.strides[2];
        op->dst.dims[2] = (end - begin) / op->dst.dims[0];
    } else {
        cut(&op->dst, begin, end);
    }
}

static int64_t least_common_multiple(int64_t a, int64_t b) {
    int64_t x = a, y = b;
    while (y != 0) {
        const int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

static const char *wrong_in(const lk_program_op *head, const lk_program_op *op, int64_t *granule) {
    const int32_t opcode = op->impl->opcode;
    const int64_t own = lk_slice_granule(opcode, &op->state);
    if (own < 1) return "in a chain of slices, but it cannot be cut";
    if (lk_slice_elements(opcode, &op->state) != lk_slice_elements(head->impl->opcode, &head->state))
        return "in a chain of slices, but of other elements than its first op";
    if (op->most_rows != head->most_rows || op->live != head->live)
        return "chained to an op of other rows or another live count";
    *granule = own > MOST_SLICE ? MOST_SLICE + 1 : least_common_multiple(*granule, own);
    return *granule > MOST_SLICE ? "in a chain of slices, but it can only be cut in larger ones" : NULL;
}

/* Products of floats read the activations anew for each slice, which few rows of weights do not hide. */
static int64_t good_slice(const lk_program_op *head) {
    const lk_view *weights = &head->state.src[0];
    const bool large = GOOD_SLICE * lk_row_bytes(weights->type, weights->dims[0]) > SLICE_BYTES;
    return large && head->state.weights->block_length > 1 ? LEAST_SLICE : GOOD_SLICE;
}

lk_status lk_slices_plan(lk_program *program, const lk_program_desc *desc, lk_chain *chain) {
    const lk_program_op *head = &program->ops[chain->first_op];
    if (!lk_op_multiplies(head->impl->opcode))
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: begins a chain of slices, but is no matrix product",
                       lk_label_op(desc, chain->first_op).text);
    int64_t granule = LEAST_SLICE;
    for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count; ++o) {
        const char *wrong = wrong_in(head, &program->ops[o], &granule);
        if (wrong != NULL)
            return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: %s", lk_label_op(desc, o).text, wrong);
    }
    const int64_t good = good_slice(head);
    chain->slice = (good + granule - 1) / granule * granule;
    return LK_STATUS_OK;
}
