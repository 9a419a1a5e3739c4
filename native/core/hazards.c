#include "core/program.h"
#include "core/slices.h"
#include "core/status.h"
#include <stdlib.h>

/* What an op does with one of its tensors. */
typedef struct lk_access {
    const lk_tensor *tensor;
    int64_t begin, end; /* extent in its buffer's memory: wrapped buffers may be parts of one mapping */
    int32_t op;
    int32_t chain;
    int32_t source; /* -1: dst */
    bool written;   /* dst, or a state that the op updates */
} lk_access;

/* Whether an op's row r touches only row r of the tensor. Tables that are looked into, and caches, are
 * touched anywhere. */
static bool is_by_row(const lk_program *program, const lk_program_desc *desc, const lk_access *access) {
    const lk_op *op = &desc->ops[access->op];
    const lk_program_op *compiled = &program->ops[access->op];
    if (!compiled->impl->by_row || access->tensor->dims[1] != compiled->most_rows) return false;
    if (op->opcode == LK_OPCODE_GET_ROWS && (access->source == 0 || access->source == 2)) return false;
    return !(op->opcode == LK_OPCODE_KV_STORE && access->source == -1);
}

/* Bytes that a tensor covers of each step of a stride: dimensions that go on in whole steps of it count once.
 */
static int64_t extent_within(const lk_tensor *tensor, int64_t step) {
    int64_t bytes = lk_row_bytes(tensor->type, tensor->dims[0]);
    for (int i = 1; i < 4; ++i)
        if (tensor->dims[i] > 1 && tensor->strides[i] % step != 0)
            bytes += (tensor->dims[i] - 1) * tensor->strides[i];
    return bytes;
}

/* Whether, seen modulo a step, the two lie side by side. */
static bool lie_apart(const lk_access *a, const lk_access *b, int64_t step) {
    const int64_t apart = ((b->begin - a->begin) % step + step) % step;
    return apart >= extent_within(a->tensor, step) && apart + extent_within(b->tensor, step) <= step;
}

/* Columns of one matrix (gate and up, q and k and v in one buffer) and parts of its heads have crossing
 * extents and yet no byte in common. */
static bool overlap(const lk_access *a, const lk_access *b) {
    if (a->begin >= b->end || b->begin >= a->end) return false;
    for (int i = 1; i < 4; ++i) {
        if (a->tensor->dims[i] > 1 && lie_apart(a, b, a->tensor->strides[i])) return false;
        if (b->tensor->dims[i] > 1 && lie_apart(a, b, b->tensor->strides[i])) return false;
    }
    return true;
}

static bool same_view(const lk_tensor *a, const lk_tensor *b) {
    for (int i = 0; i < 4; ++i)
        if (a->dims[i] != b->dims[i] || (i > 0 && a->dims[i] > 1 && a->strides[i] != b->strides[i]))
            return false;
    return a->type == b->type;
}

/* Whether an op's slice s touches only slice s of the tensor. What KV_STORE and QUANTIZE write has an order
 * of its own. */
static bool is_by_slice(const lk_program *program, const lk_access *access) {
    const lk_program_op *op = &program->ops[access->op];
    const int32_t opcode = op->impl->opcode;
    if (access->source >= 0) return lk_slice_of_source(opcode, &op->state, access->source);
    return opcode != LK_OPCODE_KV_STORE && opcode != LK_OPCODE_QUANTIZE;
}

/* A dst may be one of the op's own sources where each element is read before it is written and by nobody
 * else. */
static bool may_be_in_place(const lk_op *op, const lk_access *dst, const lk_access *source) {
    if (dst->begin != source->begin || !same_view(dst->tensor, source->tensor)) return false;
    switch (op->opcode) {
    case LK_OPCODE_MAT_MUL:
        return source->source == 3;
    case LK_OPCODE_ADD:
    case LK_OPCODE_MUL:
    case LK_OPCODE_GLU:
        return true;
    case LK_OPCODE_RMS_NORM:
    case LK_OPCODE_LAYER_NORM:
    case LK_OPCODE_SCALE:
    case LK_OPCODE_CLAMP:
    case LK_OPCODE_SOFT_MAX:
    case LK_OPCODE_ROPE:
        return source->source == 0;
    default:
        return false;
    }
}

/* Bytes from a row's first element to one past the last of its planes. */
static int64_t row_extent(const lk_tensor *tensor) {
    return lk_row_bytes(tensor->type, tensor->dims[0]) + (tensor->dims[2] - 1) * tensor->strides[2];
}

/* Row r of one lies where only row r of the other does. */
static bool rows_match(const lk_access *a, const lk_access *b) {
    const lk_tensor *left = a->tensor, *right = b->tensor;
    if (left->dims[1] != right->dims[1] || left->dims[3] * right->dims[3] != 1) return false;
    if (left->dims[1] == 1) return true;
    const int64_t stride = left->strides[1];
    const int64_t low = a->begin < b->begin ? a->begin : b->begin;
    const int64_t a_end = a->begin + row_extent(left), b_end = b->begin + row_extent(right);
    return right->strides[1] == stride && (a_end > b_end ? a_end : b_end) - low <= stride;
}

static bool is_hazard(const lk_program *program, const lk_program_desc *desc, const lk_access *a,
                      const lk_access *b) {
    if (!a->written && !b->written) return false;
    if (!overlap(a, b)) return false;
    if (a->chain != b->chain) return true;
    if (a->op == b->op)
        return (a->source >= 0 && b->source >= 0) ||
               !may_be_in_place(&desc->ops[a->op], a->source < 0 ? a : b, a->source < 0 ? b : a);
    if (program->chains[a->chain].slice > 0)
        return !(is_by_slice(program, a) && is_by_slice(program, b) && a->begin == b->begin &&
                 same_view(a->tensor, b->tensor));
    return !(is_by_row(program, desc, a) && is_by_row(program, desc, b) && rows_match(a, b));
}

static int compare_begin(const void *left, const void *right) {
    const lk_access *a = left, *b = right;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

/* Of two writers in one op, the one named is dst. */
static lk_status report(const lk_program_desc *desc, const lk_access *a, const lk_access *b) {
    const bool second = !a->written || (a->op == b->op && b->source < 0);
    const lk_access *writer = second ? b : a, *other = second ? a : b;
    const char *written = writer->source < 0 ? "dst" : "state";
    if (writer->op == other->op)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: %s overlaps src[%d]",
                       lk_label_op(desc, writer->op).text, written, other->source);
    return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: its %s is %s by %s in the same phase",
                   lk_label_op(desc, writer->op).text, written, other->written ? "also written" : "read",
                   lk_label_op(desc, other->op).text);
}

static int32_t collect(const lk_program *program, const lk_program_desc *desc, const lk_phase *phase,
                       lk_access *accesses) {
    int32_t count = 0;
    for (int32_t c = phase->first_chain; c < phase->first_chain + phase->chain_count; ++c) {
        const lk_chain *chain = &program->chains[c];
        for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count; ++o)
            for (int32_t source = -1; source < LK_OP_SOURCES; ++source) {
                const int32_t index = source < 0 ? desc->ops[o].dst : desc->ops[o].src[source];
                if (index < 0) continue;
                const lk_op_state *state = &program->ops[o].state;
                const lk_tensor *tensor = &desc->tensors[index];
                const int64_t begin =
                    (int64_t)(intptr_t)(source < 0 ? state->dst.data : state->src[source].data);
                const bool written = source < 0 || source == program->ops[o].impl->updates;
                accesses[count++] =
                    (lk_access){tensor, begin, begin + lk_tensor_extent(tensor), o, c, source, written};
            }
    }
    return count;
}

/* In order of their beginnings, so that each access meets only those that begin inside it. */
static lk_status check_phase(const lk_program *program, const lk_program_desc *desc, lk_access *accesses,
                             int32_t count) {
    qsort(accesses, (size_t)count, sizeof(*accesses), compare_begin);
    for (int32_t i = 0; i < count; ++i)
        for (int32_t j = i + 1; j < count && accesses[j].begin < accesses[i].end; ++j)
            if (is_hazard(program, desc, &accesses[i], &accesses[j]))
                return report(desc, &accesses[i], &accesses[j]);
    return LK_STATUS_OK;
}

lk_status lk_hazards_check(const lk_program *program, const lk_program_desc *desc) {
    const size_t bytes = sizeof(lk_access) * (size_t)program->op_count * (LK_OP_SOURCES + 1);
    lk_access *accesses = malloc(bytes);
    if (accesses == NULL)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes to check a program", (long long)bytes);
    lk_status status = LK_STATUS_OK;
    for (int32_t p = 0; p < program->phase_count && status == LK_STATUS_OK; ++p) {
        const int32_t count = collect(program, desc, &program->phases[p], accesses);
        status = check_phase(program, desc, accesses, count);
    }
    free(accesses);
    return status;
}
