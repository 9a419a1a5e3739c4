#include "tests/listing.h"
#include "tests/weights.h"
#include <stdlib.h>
#include <string.h>

enum { GUARD = 64 };

static const uint32_t poison = 0x7fb1e55e;

listing listing_create(void) {
    return (listing){0};
}

void listing_free(listing *list) {
    free(list->image);
    *list = (listing){0};
}

static int64_t reserve(listing *list, int64_t bytes) {
    const int64_t offset = list->bytes + GUARD;
    const int64_t end = (offset + bytes + GUARD + 63) / 64 * 64;
    list->image = realloc(list->image, (size_t)end);
    if (list->image == NULL) abort();
    for (int64_t i = list->bytes; i < end; i += 4) memcpy(list->image + i, &poison, sizeof(poison));
    list->bytes = end;
    return offset;
}

static int64_t bytes_of_block(int32_t type) {
    if (type == LK_TYPE_I32) return LK_BLOCK_BYTES_I32;
    if (type == LK_TYPE_A8X2) return LK_BLOCK_BYTES_A8X2;
    return type == LK_TYPE_A8 ? LK_BLOCK_BYTES_A8 : lk_type_find(type)->block_bytes;
}

int32_t listing_tensor(listing *list, int32_t type, int64_t d0, int64_t d1, int64_t d2, int64_t d3,
                       int64_t pad) {
    if (list->tensor_count == LISTING_TENSORS) abort();
    lk_tensor *tensor = &list->tensors[list->tensor_count];
    *tensor = (lk_tensor){.dims = {d0, d1, d2, d3}, .type = type};
    tensor->strides[0] = bytes_of_block(type);
    tensor->strides[1] = lk_row_bytes(type, d0) + pad;
    tensor->strides[2] = tensor->strides[1] * d1;
    tensor->strides[3] = tensor->strides[2] * d2;
    tensor->offset = reserve(list, tensor->strides[3] * d3);
    return list->tensor_count++;
}

void *listing_data(listing *list, int32_t tensor) {
    return list->image + list->tensors[tensor].offset;
}

float *listing_floats(listing *list, int32_t tensor, int64_t row) {
    return (float *)(void *)(list->image + list->tensors[tensor].offset +
                             row * list->tensors[tensor].strides[1]);
}

int32_t listing_random(listing *list, int32_t type, int64_t d0, int64_t d1, int64_t pad,
                       random_state *random) {
    const int32_t index = listing_tensor(list, type, d0, d1, 1, 1, pad);
    for (int64_t row = 0; row < d1; ++row) {
        void *data = listing_floats(list, index, row);
        if (type == LK_TYPE_A8 || type == LK_TYPE_A8X2 || type == LK_TYPE_F32)
            activations_fill(data, type, d0, random);
        else
            weights_fill(data, lk_type_find(type), d0, random);
    }
    return index;
}

int32_t listing_indices(listing *list, int64_t count, const int32_t *values) {
    const int32_t index = listing_tensor(list, LK_TYPE_I32, count, 1, 1, 1, 0);
    memcpy(listing_data(list, index), values, sizeof(*values) * (size_t)count);
    return index;
}

int32_t listing_planes(listing *list, int32_t type, int64_t n, int64_t rows, int64_t planes, int64_t gap) {
    const int64_t stride = lk_row_bytes(type, n) + gap;
    const int32_t words = listing_tensor(list, LK_TYPE_I32, stride / 4 * planes, rows, 1, 1, 0);
    lk_tensor *tensor = &list->tensors[words];
    tensor->type = type;
    tensor->dims[0] = n;
    tensor->dims[2] = planes;
    tensor->strides[0] = bytes_of_block(type);
    tensor->strides[2] = stride;
    tensor->strides[3] = rows * tensor->strides[1];
    return words;
}

int32_t listing_plane(listing *list, int32_t tensor, int64_t plane) {
    if (list->tensor_count == LISTING_TENSORS) abort();
    lk_tensor *view = &list->tensors[list->tensor_count];
    *view = list->tensors[tensor];
    view->offset += plane * view->strides[2];
    view->dims[2] = 1;
    return list->tensor_count++;
}

void listing_param(lk_op *op, int index, float value) {
    memcpy(&op->params[index], &value, sizeof(value));
}

lk_op *listing_op(listing *list, int32_t opcode, const char *name, int32_t dst) {
    if (list->op_count == LISTING_OPS) abort();
    lk_op *op = &list->ops[list->op_count];
    const int32_t length = (int32_t)strlen(name);
    if (list->names_length + length > LISTING_NAMES) abort();
    *op = (lk_op){.opcode = opcode,
                  .phase = list->op_count,
                  .live = LK_ARGUMENT_TOKENS,
                  .dst = dst,
                  .name_offset = list->names_length,
                  .name_length = length};
    memcpy(list->names + list->names_length, name, (size_t)length);
    list->names_length += length;
    ++list->op_count;
    for (int i = 0; i < LK_OP_SOURCES; ++i) op->src[i] = -1;
    return op;
}

lk_program_desc listing_desc(const listing *list, lk_buffer *const *buffer) {
    return (lk_program_desc){.tensors = list->tensors,
                             .ops = list->ops,
                             .buffers = buffer,
                             .names = list->names,
                             .tensor_count = list->tensor_count,
                             .op_count = list->op_count,
                             .buffer_count = 1,
                             .names_length = list->names_length};
}

static lk_status run_program(lk_backend *backend, const lk_program_desc *desc, const int32_t *args) {
    lk_program *program;
    lk_status status = lk_program_create(backend, desc, &program);
    if (status != LK_STATUS_OK) return status;
    const lk_run run = {.args = args, .arg_count = LK_ARGUMENT_COUNT};
    status = lk_program_submit(program, &run);
    if (status == LK_STATUS_OK) status = lk_backend_wait(backend);
    lk_program_free(program);
    return status;
}

listing_result listing_run(const listing *list, uint32_t isa_mask, int32_t threads, const int32_t *args) {
    listing_result result = {0};
    const lk_backend_config config = {.thread_count = threads, .isa_mask = isa_mask};
    lk_backend *backend;
    lk_buffer *buffer = NULL;
    result.status = lk_backend_open(LK_BACKEND_CPU, &config, &backend);
    if (result.status != LK_STATUS_OK) return result;
    result.image = malloc((size_t)list->bytes);
    if (result.image == NULL) abort();
    result.status = lk_buffer_create(backend, list->bytes, &buffer);
    if (result.status == LK_STATUS_OK) {
        lk_buffer_write(buffer, 0, list->image, list->bytes);
        const lk_program_desc desc = listing_desc(list, &buffer);
        result.status = run_program(backend, &desc, args);
        lk_buffer_read(buffer, 0, result.image, list->bytes);
    }
    lk_buffer_free(buffer);
    lk_backend_free(backend);
    return result;
}

const float *listing_result_row(const listing *list, const listing_result *result, int32_t tensor,
                                int64_t row) {
    const lk_tensor *t = &list->tensors[tensor];
    return (const float *)(const void *)(result->image + t->offset + row * t->strides[1]);
}

bool listing_is_refused(const listing *list, uint32_t isa_mask, const char *part) {
    const int32_t args[LK_ARGUMENT_COUNT] = {0};
    listing_result result = listing_run(list, isa_mask, 1, args);
    free(result.image);
    return result.status == LK_STATUS_INVALID_ARGUMENT && strstr(lk_last_error(), part) != NULL;
}
