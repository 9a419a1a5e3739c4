/* The table of encoders, and lk_quantize. */
#include "types/encode.h"
#include "core/cpu_features.h"
#include "core/program.h"
#include "core/status.h"
#include "types/columns.h"
#include "types/float16.h"

/* encode.c serves PLAIN as well: bytes must be equal, so there is nothing that PLAIN could do otherwise. */
static const lk_type_encoder encoders[] = {
#define LK_ENCODER(NAME, lower, importance, avx2, neon)                                                      \
    {LK_TYPE_##NAME,                                                                                         \
     importance,                                                                                             \
     {[LK_ISA_REFERENCE] = lk_##lower##_encode,                                                              \
      [LK_ISA_PLAIN] = lk_##lower##_encode,                                                                  \
      [LK_ISA_AVX2] = X86_KERNEL(avx2, lk_##lower##_encode_avx2),                                            \
      [LK_ISA_NEON] = ARM_KERNEL(neon, lk_##lower##_encode_neon)}},
#include "types/encoders.inc"
#undef LK_ENCODER
};

const lk_type_encoder *lk_encoder_find(int32_t type) {
    for (size_t i = 0; i < sizeof encoders / sizeof encoders[0]; i++)
        if (encoders[i].type == type) return &encoders[i];
    return NULL;
}

static lk_isa isa_of(const lk_type_encoder *encoder, uint32_t allowed) {
    uint32_t kernels = 0;
    for (int isa = 0; isa < LK_ISA_COUNT; isa++) kernels |= (uint32_t)(encoder->encode[isa] != NULL) << isa;
    return lk_isa_select(allowed, kernels);
}

/* Infinite and NaN have all bits of the exponent set. Without branches, so that compilers vectorize it. */
static bool all_finite(const float *values, int64_t n) {
    uint32_t found = 0;
    for (int64_t i = 0; i < n; i++) found |= (lk_bits_of_float(values[i]) & 0x7f800000u) == 0x7f800000u;
    return found == 0;
}

static lk_status check_finite(const char *what, const float *values, int64_t row, int64_t k) {
    if (all_finite(values, k)) return LK_STATUS_OK;
    int64_t i = 0;
    while (all_finite(values + i, 1)) i++;
    return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: %s [%lld, %lld] is not finite", what, (long long)i,
                   (long long)row);
}

static lk_status check_importance(const lk_type_encoder *encoder, const char *name, const float *importance,
                                  int64_t k) {
    if (importance == NULL)
        return encoder->importance < 2
                   ? LK_STATUS_OK
                   : lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: %s needs an importance matrix", name);
    const lk_status status = check_finite("importance", importance, 0, k);
    if (status != LK_STATUS_OK) return status;
    for (int64_t i = 0; i < k; i++)
        if (importance[i] < 0)
            return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: importance [%lld] is negative",
                           (long long)i);
    return LK_STATUS_OK;
}

static lk_status check_shape(const lk_type_kernels *type, int64_t rows, int64_t k) {
    if (rows < 0 || k < 0 || k % type->block_length != 0)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: rows of %lld are no whole blocks of %s",
                       (long long)k, type->name);
    if (k > 0 && rows > INT64_MAX / 4 / k)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: %lld rows of %lld are too many",
                       (long long)rows, (long long)k);
    return LK_STATUS_OK;
}

lk_status lk_quantize(int32_t type, const float *source, const float *importance, void *destination,
                      int64_t rows, int64_t k) {
    const lk_type_encoder *encoder = lk_encoder_find(type);
    const lk_type_kernels *kernels = lk_type_find(type);
    if (encoder == NULL || kernels == NULL)
        return lk_fail(LK_STATUS_UNSUPPORTED, "quantize: type %d cannot be written", type);
    lk_status status = check_shape(kernels, rows, k);
    if (status == LK_STATUS_OK) status = check_importance(encoder, kernels->name, importance, k);
    if (status != LK_STATUS_OK || rows == 0 || k == 0) return status;
    if (source == NULL || destination == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: NULL argument");
    if ((uintptr_t)source % sizeof(float) != 0 ||
        (uintptr_t)destination % (uintptr_t)lk_type_alignment(type) != 0)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "quantize: %s is not aligned", kernels->name);
    uint32_t allowed;
    status = lk_cpu_allowed_isas(0, &allowed);
    if (status != LK_STATUS_OK) return status;
    const lk_encode_fn encode = encoder->encode[isa_of(encoder, allowed)];
    const int64_t bytes = lk_row_bytes(type, k);
    for (int64_t r = 0; r < rows && status == LK_STATUS_OK; r++) {
        if (kernels->block_length > 1) status = check_finite("element", source + r * k, r, k);
        if (status == LK_STATUS_OK) encode((uint8_t *)destination + r * bytes, source + r * k, importance, k);
    }
    return status;
}
