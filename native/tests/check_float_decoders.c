/* The decoders of F16 and BF16 against the dequantizers of the types: every number, NaN of both kinds
 * included, and rows of every length. */
#include "tests/check.h"
#include "tests/guarded.h"
#include "types/decode.h"
#include <string.h>

enum { PATTERNS = 1 << 16 };

static void check_row(const lk_type_kernels *type, lk_dequantize_fn decode, const uint16_t *values,
                      int64_t n) {
    const size_t bytes = (size_t)n * sizeof(float);
    guarded source = guarded_create((size_t)n * sizeof(uint16_t), 2);
    guarded expected = guarded_create(bytes, 4), written = guarded_create(bytes, 4);
    memcpy(source.data, values, source.bytes);
    type->dequantize((float *)(void *)expected.data, source.data, n);
    decode((float *)(void *)written.data, source.data, n);
    check_that(memcmp(expected.data, written.data, bytes) == 0 && guarded_intact(&written),
               "decode %s: not the numbers of its dequantizer in a row of %lld", type->name, (long long)n);
    guarded_free(&source);
    guarded_free(&expected);
    guarded_free(&written);
}

static void check_type(int32_t number) {
    static uint16_t values[PATTERNS];
    const lk_type_kernels *type = lk_type_find(number);
    for (int i = 0; i < PATTERNS; i++) values[i] = (uint16_t)i;
    check_that(lk_type_decoder(type, 1u << LK_ISA_PLAIN) == type->dequantize, "decode %s: not allowed",
               type->name);
    if (!check_has(LK_ISA_AVX2)) return;
    const lk_dequantize_fn decode = lk_type_decoder(type, 1u << LK_ISA_AVX2);
    check_that(decode != type->dequantize, "decode %s: no AVX2", type->name);
    for (int64_t n = 1; n <= 33; n++) check_row(type, decode, values + 0x7bf0, n);
    check_row(type, decode, values, PATTERNS);
}

void check_float_decoders(void) {
    check_type(LK_TYPE_F16);
    check_type(LK_TYPE_BF16);
}
