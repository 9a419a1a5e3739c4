#include "core/buffer.h"
#include "core/cpu_features.h"
#include "core/program.h"
#include "core/status.h"
#include "types/product.h"
#include <stdio.h>
#include <string.h>

enum { REASON_SIZE = 256 };

static lk_status check_numbers(const lk_program_desc *desc, const lk_op *op, char *reason, size_t size) {
    if (!lk_op_name_is_inside(desc, op))
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "name [%d, +%d] outside the names' %d bytes", op->name_offset,
                  op->name_length, desc->names_length);
    if (op->opcode >= LK_OPCODE_SEND && op->opcode <= LK_OPCODE_ALL_REDUCE)
        LK_REFUSE(LK_STATUS_UNSUPPORTED, "opcode %d is reserved: no kernel on cpu", op->opcode);
    if (lk_op_find(op->opcode) == NULL) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "opcode %d", op->opcode);
    if (op->phase < 0) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "phase %d", op->phase);
    if (op->chain < LK_LINK_NONE || op->chain > LK_LINK_SLICES)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "chain %d", op->chain);
    if (op->live < LK_ARGUMENT_NONE || op->live >= LK_ARGUMENT_COUNT)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "live %d", op->live);
    if (op->reserved != 0) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "reserved is %d, not 0", op->reserved);
    return LK_STATUS_OK;
}

static lk_status check_sources(const lk_program_desc *desc, const lk_op *op, const lk_op_impl *impl,
                               char *reason, size_t size) {
    if (op->dst < 0 || op->dst >= desc->tensor_count)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "dst is tensor %d of %d", op->dst, desc->tensor_count);
    for (int i = 0; i < LK_OP_SOURCES; ++i) {
        const int32_t source = op->src[i];
        if (source < -1 || source >= desc->tensor_count)
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "src[%d] is tensor %d of %d", i, source,
                      desc->tensor_count);
        if (source == -1 && i < impl->least_sources)
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "src[%d] is absent, it has %d sources at least", i,
                      impl->least_sources);
        if (source != -1 && i >= impl->most_sources)
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "src[%d] is tensor %d, it has %d sources at most", i,
                      source, impl->most_sources);
    }
    return LK_STATUS_OK;
}

/* Without buffers (lk_op_supported) a view needs only to be present: nobody follows its address. */
static lk_status place(const lk_program_desc *desc, const lk_tensor *tensor, bool written, lk_view *view,
                       char *reason, size_t size) {
    if (desc->buffers == NULL) {
        view->data = (uint8_t *)(uintptr_t)64;
        return LK_STATUS_OK;
    }
    if (tensor->buffer < 0 || tensor->buffer >= desc->buffer_count)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "buffer %d of %d", tensor->buffer, desc->buffer_count);
    const lk_buffer *buffer = desc->buffers[tensor->buffer];
    if (buffer == NULL) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "buffer %d is NULL", tensor->buffer);
    if (written && buffer->wrapped)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "it lies in a wrapped buffer, which is read only");
    const int64_t extent = lk_tensor_extent(tensor);
    if (tensor->offset > buffer->bytes || extent > buffer->bytes - tensor->offset)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "%lld bytes at %lld, buffer %d has %lld", (long long)extent,
                  (long long)tensor->offset, tensor->buffer, (long long)buffer->bytes);
    view->data = buffer->address + tensor->offset;
    const int64_t alignment = lk_type_alignment(tensor->type);
    if ((uintptr_t)view->data % (uintptr_t)alignment != 0)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "offset %lld is not aligned to %lld bytes",
                  (long long)tensor->offset, (long long)alignment);
    return LK_STATUS_OK;
}

static lk_status resolve_view(const lk_program_desc *desc, int32_t index, bool written, lk_view *view,
                              char *reason, size_t size) {
    const lk_tensor *tensor = &desc->tensors[index];
    const lk_status status = lk_tensor_check(tensor, reason, size);
    if (status != LK_STATUS_OK) return status;
    memcpy(view->dims, tensor->dims, sizeof(view->dims));
    memcpy(view->strides, tensor->strides, sizeof(view->strides));
    view->type = tensor->type;
    view->layout = tensor->layout;
    return place(desc, tensor, written, view, reason, size);
}

/* The operand's name is written ahead of what turns out to be wrong with it. */
static lk_status resolve_views(const lk_program_desc *desc, const lk_op *op, int32_t updates,
                               lk_op_state *state, char *reason, size_t size) {
    if (desc->tensors[op->dst].layout != LK_LAYOUT_PLAIN)
        LK_REFUSE(LK_STATUS_UNSUPPORTED, "dst: no kernel on cpu for layout %d",
                  desc->tensors[op->dst].layout);
    size_t used = (size_t)snprintf(reason, size, "dst: ");
    lk_status status = resolve_view(desc, op->dst, true, &state->dst, reason + used, size - used);
    for (int i = 0; i < LK_OP_SOURCES && status == LK_STATUS_OK; ++i) {
        if (op->src[i] < 0) continue;
        used = (size_t)snprintf(reason, size, "src[%d]: ", i);
        const bool written = i == updates;
        if (desc->tensors[op->src[i]].layout != LK_LAYOUT_PLAIN &&
            (i != 0 || !lk_op_reads_panels(op->opcode)))
            LK_REFUSE(LK_STATUS_UNSUPPORTED, "src[%d]: no kernel on cpu for layout %d", i,
                      desc->tensors[op->src[i]].layout);
        status = resolve_view(desc, op->src[i], written, &state->src[i], reason + used, size - used);
    }
    return status;
}

/* Rows are dst's, but for the ops that scatter the rows of their source, KV_STORE over a cache and
 * EXPERT_SORT over a list, and for SQUARE_SUM, which leaves none of them. */
static int64_t rows_of(const lk_op_state *state, int32_t opcode) {
    const bool of_source =
        opcode == LK_OPCODE_KV_STORE || opcode == LK_OPCODE_EXPERT_SORT || opcode == LK_OPCODE_SQUARE_SUM;
    return of_source ? state->src[0].dims[1] : state->dst.dims[1];
}

/* Of a by_plane op, every view is reduced to its first plane: what validate, units and scratch see. */
static lk_status take_planes(lk_program_op *resolved, char *reason, size_t size) {
    lk_op_state *state = &resolved->state;
    state->planes = 1;
    if (!resolved->impl->by_plane) return LK_STATUS_OK;
    const int64_t planes = state->dst.dims[2];
    for (int i = 0; i < LK_OP_SOURCES; ++i) {
        lk_view *source = &state->src[i];
        if (source->data == NULL) continue;
        if (source->dims[2] != 1 && source->dims[2] != planes)
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "src[%d] has %lld planes, dst has %lld", i,
                      (long long)source->dims[2], (long long)planes);
        if (source->dims[2] == 1) source->strides[2] = 0;
        source->dims[2] = 1;
    }
    state->dst.dims[2] = 1;
    state->planes = planes;
    return LK_STATUS_OK;
}

static lk_status choose_kernels(const lk_backend *backend, const lk_op *op, lk_program_op *resolved,
                                char *reason, size_t size) {
    lk_op_state *state = &resolved->state;
    state->weights = lk_type_find(state->src[0].type);
    lk_isa isa = lk_isa_highest(backend->isas);
    if (lk_op_multiplies(op->opcode)) {
        if (state->weights == NULL || !lk_type_multiplies(state->weights->type, state->src[1].type))
            LK_REFUSE(LK_STATUS_UNSUPPORTED, "no kernel on cpu");
        isa = lk_backend_matmul_isa(backend, state->weights, state->src[1].type);
        if (isa != LK_ISA_COUNT && !lk_product_reads(state->weights, isa, state->src[0].layout))
            LK_REFUSE(LK_STATUS_UNSUPPORTED, "src[0]: no kernel on cpu for layout %d", state->src[0].layout);
    }
    const lk_isa run = lk_backend_op_isa(backend, resolved->impl);
    if (isa == LK_ISA_COUNT || run == LK_ISA_COUNT)
        LK_REFUSE(LK_STATUS_UNSUPPORTED, "no kernel on cpu for the ISAs allowed (0x%x)", backend->isas);
    state->isa = isa;
    resolved->run = resolved->impl->run[run];
    return LK_STATUS_OK;
}

static lk_status resolve(const lk_backend *backend, const lk_program_desc *desc, const lk_op *op,
                         lk_program_op *resolved, char *reason, size_t size) {
    lk_status status = check_numbers(desc, op, reason, size);
    if (status != LK_STATUS_OK) return status;
    resolved->impl = lk_op_find(op->opcode);
    status = check_sources(desc, op, resolved->impl, reason, size);
    if (status == LK_STATUS_OK)
        status = resolve_views(desc, op, resolved->impl->updates, &resolved->state, reason, size);
    if (status == LK_STATUS_OK) status = take_planes(resolved, reason, size);
    if (status == LK_STATUS_OK) status = choose_kernels(backend, op, resolved, reason, size);
    if (status != LK_STATUS_OK) return status;

    memcpy(resolved->state.params, op->params, sizeof(resolved->state.params));
    resolved->most_rows = rows_of(&resolved->state, op->opcode);
    resolved->state.rows = resolved->most_rows;
    resolved->live = op->live;
    char text[REASON_SIZE];
    const char *wrong = resolved->impl->validate(&resolved->state, text, sizeof(text));
    if (wrong != NULL) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "%s", wrong);
    return LK_STATUS_OK;
}

lk_status lk_op_resolve(const lk_backend *backend, const lk_program_desc *desc, int32_t index,
                        lk_program_op *resolved) {
    char reason[REASON_SIZE];
    *resolved = (lk_program_op){0};
    const lk_status status = resolve(backend, desc, &desc->ops[index], resolved, reason, sizeof(reason));
    if (status == LK_STATUS_OK) return status;
    return lk_fail(status, "%s: %s", lk_label_op(desc, index).text, reason);
}
