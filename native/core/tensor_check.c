#include "core/program.h"
#include <stdio.h>

const char *lk_type_label(int32_t type) {
    if (type == LK_TYPE_I32) return "i32";
    if (type == LK_TYPE_A8) return "a8";
    if (type == LK_TYPE_A8X2) return "a8x2";
    const lk_type_kernels *kernels = lk_type_find(type);
    return kernels != NULL ? kernels->name : "unknown type";
}

static int64_t block_bytes(int32_t type) {
    if (type == LK_TYPE_I32) return LK_BLOCK_BYTES_I32;
    if (type == LK_TYPE_A8) return LK_BLOCK_BYTES_A8;
    if (type == LK_TYPE_A8X2) return LK_BLOCK_BYTES_A8X2;
    const lk_type_kernels *kernels = lk_type_find(type);
    return kernels != NULL ? kernels->block_bytes : -1;
}

int64_t lk_type_alignment(int32_t type) {
    if (type == LK_TYPE_F32 || type == LK_TYPE_I32 || type == LK_TYPE_A8 || type == LK_TYPE_A8X2) return 4;
    /* Blocks hold f16 scales, all but one type's. */
    return block_bytes(type) % 2 == 0 ? 2 : 1;
}

/* Dimensions taken from the smallest stride up: each index must step past all that the smaller ones cover.
 * Leaves the whole extent in strides order, which cannot overflow below the limit. */
static bool covers_without_overlap(const lk_tensor *tensor, int64_t row_bytes) {
    int order[3] = {1, 2, 3};
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2 - i; ++j)
            if (tensor->strides[order[j]] > tensor->strides[order[j + 1]]) {
                const int swap = order[j];
                order[j] = order[j + 1];
                order[j + 1] = swap;
            }
    int64_t covered = row_bytes;
    for (int i = 0; i < 3; ++i) {
        const int64_t count = tensor->dims[order[i]], stride = tensor->strides[order[i]];
        if (count == 1) continue;
        int64_t last;
        if (stride < covered || __builtin_mul_overflow(count - 1, stride, &last) ||
            __builtin_add_overflow(last, covered, &covered))
            return false;
    }
    return true;
}

/* Panels are no view of anything: their rows cannot be taken apart. */
static bool is_adjacent(const lk_tensor *tensor, int64_t row_bytes) {
    int64_t matrix_bytes;
    return lk_type_find(tensor->type) != NULL && tensor->strides[1] == row_bytes &&
           !__builtin_mul_overflow(tensor->dims[1], row_bytes, &matrix_bytes) &&
           (tensor->dims[2] == 1 || tensor->strides[2] == matrix_bytes) && tensor->dims[3] == 1;
}

lk_status lk_tensor_check(const lk_tensor *tensor, char *reason, size_t size) {
    const int64_t block = block_bytes(tensor->type);
    if (block < 0) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "unknown type %d", tensor->type);
    if (tensor->layout != LK_LAYOUT_PLAIN && tensor->layout != LK_LAYOUT_PANELS)
        LK_REFUSE(LK_STATUS_UNSUPPORTED, "no kernel on cpu for layout %d", tensor->layout);
    if (tensor->reserved != 0)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "reserved is %d, not 0", tensor->reserved);
    const int64_t alignment = lk_type_alignment(tensor->type);
    if (tensor->offset < 0) LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "offset %lld", (long long)tensor->offset);
    for (int i = 0; i < 4; ++i) {
        if (tensor->dims[i] < 1 || tensor->dims[i] > INT32_MAX)
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "dims[%d] is %lld", i, (long long)tensor->dims[i]);
        if (tensor->strides[i] < 0 || (i > 0 && tensor->strides[i] % alignment != 0))
            LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "strides[%d] is %lld, not a multiple of %lld", i,
                      (long long)tensor->strides[i], (long long)alignment);
    }
    if (tensor->strides[0] != block)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "strides[0] is %lld, a block of %s has %lld bytes",
                  (long long)tensor->strides[0], lk_type_label(tensor->type), (long long)block);
    const int64_t row_bytes = lk_row_bytes(tensor->type, tensor->dims[0]);
    if (row_bytes < 0)
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "%lld elements are no whole blocks of %s",
                  (long long)tensor->dims[0], lk_type_label(tensor->type));
    if (tensor->layout == LK_LAYOUT_PANELS && !is_adjacent(tensor, row_bytes))
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT, "panels must be weights of adjacent rows and matrices");
    if (!covers_without_overlap(tensor, row_bytes))
        LK_REFUSE(LK_STATUS_INVALID_ARGUMENT,
                  "strides [%lld, %lld, %lld, %lld] let its rows overlap or overflow",
                  (long long)tensor->strides[0], (long long)tensor->strides[1], (long long)tensor->strides[2],
                  (long long)tensor->strides[3]);
    return LK_STATUS_OK;
}

int64_t lk_tensor_extent(const lk_tensor *tensor) {
    int64_t bytes = lk_row_bytes(tensor->type, tensor->dims[0]);
    for (int i = 1; i < 4; ++i)
        if (tensor->dims[i] > 1) bytes += (tensor->dims[i] - 1) * tensor->strides[i];
    return bytes;
}
