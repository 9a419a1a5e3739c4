#include "core/program.h"
#include "core/slices.h"
#include "core/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lk_status check_desc(const lk_program_desc *desc) {
    if (desc == NULL || desc->ops == NULL || desc->tensors == NULL || desc->buffers == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program create: NULL argument");
    if (desc->op_count < 1 || desc->tensor_count < 1 || desc->buffer_count < 1 || desc->names_length < 0 ||
        (desc->names == NULL && desc->names_length > 0))
        return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                       "program create: %d ops, %d tensors, %d buffers, %d bytes of names", desc->op_count,
                       desc->tensor_count, desc->buffer_count, desc->names_length);
    return LK_STATUS_OK;
}

static lk_status allocate(lk_program **program, const lk_program_desc *desc) {
    const size_t ops = (size_t)desc->op_count;
    lk_program *made = calloc(1, sizeof(*made));
    if (made != NULL) {
        made->op_count = desc->op_count;
        made->ops = calloc(ops, sizeof(*made->ops));
        made->chains = calloc(ops, sizeof(*made->chains));
        made->phases = calloc(ops, sizeof(*made->phases));
        made->faults = calloc(ops, sizeof(*made->faults));
    }
    *program = made;
    if (made == NULL || !made->ops || !made->chains || !made->phases || !made->faults)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes for a program of %d ops",
                       (long long)(ops * (sizeof(lk_program_op) + sizeof(lk_chain) + sizeof(lk_phase))),
                       desc->op_count);
    return LK_STATUS_OK;
}

/* Every tensor counts, also one that no op uses. */
static lk_status check_tensors(const lk_program_desc *desc) {
    for (int32_t i = 0; i < desc->tensor_count; ++i) {
        char reason[256];
        const lk_status status = lk_tensor_check(&desc->tensors[i], reason, sizeof(reason));
        if (status != LK_STATUS_OK) return lk_fail(status, "tensor %d: %s", i, reason);
    }
    return LK_STATUS_OK;
}

static lk_status resolve_ops(lk_program *program, const lk_program_desc *desc) {
    for (int32_t i = 0; i < desc->op_count; ++i) {
        const lk_status status = lk_op_resolve(program->backend, desc, i, &program->ops[i]);
        if (status != LK_STATUS_OK) return status;
        program->ops[i].state.fault = &program->faults[i];
    }
    return LK_STATUS_OK;
}

static lk_status check_chain(const lk_program *program, const lk_program_desc *desc, int32_t i) {
    const char *wrong = NULL;
    const lk_program_op *op = &program->ops[i], *before = &program->ops[i - 1];
    if (!op->impl->by_row || !before->impl->by_row)
        wrong = "chained, but it or the op before it does not run by row";
    else if (op->most_rows != before->most_rows || op->live != before->live)
        wrong = "chained to an op of other rows or another live count";
    if (wrong == NULL) return LK_STATUS_OK;
    return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: %s", lk_label_op(desc, i).text, wrong);
}

/* Adds the op to the last chain. */
static lk_status join_chain(lk_program *program, const lk_program_desc *desc, int32_t i) {
    lk_chain *chain = &program->chains[program->chain_count - 1];
    const bool slices = desc->ops[i].chain == LK_LINK_SLICES;
    if (chain->op_count > 1 && slices != (desc->ops[i - 1].chain == LK_LINK_SLICES))
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: chained by rows and by slices",
                       lk_label_op(desc, i).text);
    const lk_status status = slices ? LK_STATUS_OK : check_chain(program, desc, i);
    if (status == LK_STATUS_OK) ++chain->op_count;
    return status;
}

static lk_status plan_slices(lk_program *program, const lk_program_desc *desc) {
    lk_status status = LK_STATUS_OK;
    for (int32_t c = 0; c < program->chain_count && status == LK_STATUS_OK; ++c) {
        lk_chain *chain = &program->chains[c];
        if (chain->op_count > 1 && desc->ops[chain->first_op + 1].chain == LK_LINK_SLICES)
            status = lk_slices_plan(program, desc, chain);
    }
    return status;
}

static lk_status group_ops(lk_program *program, const lk_program_desc *desc) {
    for (int32_t i = 0; i < desc->op_count; ++i) {
        const lk_op *op = &desc->ops[i];
        if (i > 0 && op->phase < desc->ops[i - 1].phase)
            return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: phase %d after phase %d",
                           lk_label_op(desc, i).text, op->phase, desc->ops[i - 1].phase);
        if (op->chain != LK_LINK_NONE) {
            if (i == 0 || op->phase != desc->ops[i - 1].phase)
                return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: chained to no op of its phase",
                               lk_label_op(desc, i).text);
            const lk_status status = join_chain(program, desc, i);
            if (status != LK_STATUS_OK) return status;
            continue;
        }
        if (i == 0 || op->phase != desc->ops[i - 1].phase)
            program->phases[program->phase_count++].first_chain = program->chain_count;
        ++program->phases[program->phase_count - 1].chain_count;
        program->chains[program->chain_count++] = (lk_chain){.first_op = i, .op_count = 1};
    }
    return plan_slices(program, desc);
}

static bool begins_with_product(const lk_program *program, const lk_phase *phase) {
    const lk_chain *chain = &program->chains[phase->first_chain];
    return lk_op_multiplies(program->ops[chain->first_op].impl->opcode);
}

static void find_next_products(lk_program *program) {
    for (int32_t p = 0; p < program->phase_count; ++p) {
        int32_t next = p;
        do next = (next + 1) % program->phase_count;
        while (next != p && !begins_with_product(program, &program->phases[next]));
        program->phases[p].next_product = next;
    }
}

static void find_live_limits(lk_program *program) {
    for (int32_t a = 0; a < LK_ARGUMENT_COUNT; ++a) program->most_live[a] = INT64_MAX;
    for (int32_t i = 0; i < program->op_count; ++i) {
        const lk_program_op *op = &program->ops[i];
        if (op->live == LK_ARGUMENT_NONE || op->most_rows >= program->most_live[op->live]) continue;
        program->most_live[op->live] = op->most_rows;
        program->limiting_op[op->live] = i;
    }
}

/* The labels outlive the description: a run's errors need them. */
static lk_status keep_labels(lk_program *program, const lk_program_desc *desc) {
    size_t bytes = 0;
    for (int32_t i = 0; i < desc->op_count; ++i) bytes += strlen(lk_label_op(desc, i).text) + 1;
    program->labels = malloc(bytes);
    if (program->labels == NULL)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes for op names", (long long)bytes);
    size_t used = 0;
    for (int32_t i = 0; i < desc->op_count; ++i) {
        const lk_op_label label = lk_label_op(desc, i);
        const size_t length = strlen(label.text) + 1;
        memcpy(program->labels + used, label.text, length);
        program->ops[i].label = program->labels + used;
        used += length;
    }
    return LK_STATUS_OK;
}

static int64_t scratch_of(const lk_program_op *op, int64_t slice) {
    if (op->impl->scratch == NULL) return 0;
    lk_op_state sliced = op->state;
    if (slice > 0 && slice < lk_slice_elements(op->impl->opcode, &sliced))
        lk_slice_take(op->impl->opcode, &sliced, 0, slice);
    const int64_t whole = op->impl->scratch(&op->state), part = op->impl->scratch(&sliced);
    return part > whole ? part : whole;
}

static void find_scratch(lk_program *program) {
    for (int32_t c = 0; c < program->chain_count; ++c) {
        const lk_chain *chain = &program->chains[c];
        for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count; ++o) {
            const int64_t bytes = scratch_of(&program->ops[o], chain->slice);
            if (bytes > program->scratch_bytes) program->scratch_bytes = bytes;
        }
    }
}

/* Ops of a phase run side by side, so each has a part of its own. */
static void place_shared(lk_program *program, const lk_phase *phase) {
    const lk_chain *last = &program->chains[phase->first_chain + phase->chain_count - 1];
    int64_t used = 0;
    for (int32_t o = program->chains[phase->first_chain].first_op; o < last->first_op + last->op_count; ++o) {
        lk_program_op *op = &program->ops[o];
        op->shared_at = op->impl->shared == NULL ? -1 : used;
        if (op->impl->shared != NULL) used += (op->impl->shared(&op->state) + 63) / 64 * 64;
    }
    if (used > program->shared_bytes) program->shared_bytes = used;
}

static lk_status reserve(lk_program *program) {
    find_scratch(program);
    for (int32_t p = 0; p < program->phase_count; ++p) place_shared(program, &program->phases[p]);
    return lk_backend_reserve(program->backend, program->scratch_bytes, program->shared_bytes);
}

static lk_status compile(lk_program *program, const lk_program_desc *desc) {
    lk_status status = resolve_ops(program, desc);
    if (status == LK_STATUS_OK) status = check_tensors(desc);
    if (status == LK_STATUS_OK) status = group_ops(program, desc);
    if (status == LK_STATUS_OK) status = lk_hazards_check(program, desc);
    if (status == LK_STATUS_OK) status = keep_labels(program, desc);
    if (status == LK_STATUS_OK) status = reserve(program);
    if (status == LK_STATUS_OK) find_live_limits(program);
    if (status == LK_STATUS_OK) find_next_products(program);
    return status;
}

lk_status lk_program_create(lk_backend *backend, const lk_program_desc *desc, lk_program **program) {
    if (program != NULL) *program = NULL;
    if (backend == NULL || program == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program create: NULL argument");
    lk_status status = check_desc(desc);
    if (status != LK_STATUS_OK) return status;
    lk_program *made;
    status = allocate(&made, desc);
    if (status == LK_STATUS_OK) {
        made->backend = backend;
        status = compile(made, desc);
    }
    if (status == LK_STATUS_OK)
        *program = made;
    else
        lk_program_free(made);
    return status;
}

void lk_program_free(lk_program *program) {
    if (program == NULL) return;
    free(program->ops);
    free(program->chains);
    free(program->phases);
    free((void *)program->faults);
    free((void *)program->nanoseconds);
    free(program->labels);
    free(program);
}

lk_status lk_program_describe(lk_program *program, lk_program_stats *stats) {
    if (program == NULL || stats == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program describe: NULL argument");
    *stats = (lk_program_stats){.op_count = program->op_count,
                                .phase_count = program->phase_count,
                                .barrier_count = program->barrier_count,
                                .scratch_bytes = program->scratch_bytes * program->backend->threads.count +
                                                 program->shared_bytes};
    return LK_STATUS_OK;
}

lk_status lk_program_profile(lk_program *program, int32_t on) {
    if (program == NULL) return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program profile: NULL argument");
    const size_t count = (size_t)program->op_count;
    if (on != 0 && program->nanoseconds == NULL) {
        program->nanoseconds = calloc(count, sizeof(*program->nanoseconds));
        if (program->nanoseconds == NULL)
            return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes for the times of ops",
                           (long long)(count * sizeof(int64_t)));
    }
    if (on != 0)
        for (size_t i = 0; i < count; ++i)
            atomic_store_explicit(&program->nanoseconds[i], 0, memory_order_relaxed);
    program->profiling = on != 0;
    return LK_STATUS_OK;
}

lk_status lk_program_op_times(lk_program *program, int64_t *nanoseconds, int32_t count) {
    if (program == NULL || nanoseconds == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program op times: NULL argument");
    if (count != program->op_count)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "program op times: %d asked for, the program has %d ops",
                       count, program->op_count);
    for (int32_t i = 0; i < count; ++i)
        nanoseconds[i] = program->nanoseconds == NULL
                             ? 0
                             : atomic_load_explicit(&program->nanoseconds[i], memory_order_relaxed);
    return LK_STATUS_OK;
}
