/* The encoders of F16 and BF16: scalar ones by what rounding to nearest even means, the others against those
 * for numbers of every exponent, ties and NaN among them, in rows of every length. */
#include "tests/check.h"
#include "tests/guarded.h"
#include "types/encode.h"
#include "types/float16.h"
#include <math.h>
#include <string.h>

enum { LONGEST = 2 * 512 * 16 };

/* Every half and what lies between it and the next. */
static void check_halves(void) {
    bool equal = true;
    for (uint32_t h = 0; h < 0x7c00; h++) {
        const float low = lk_float_from_f16((uint16_t)h),
                    high = h == 0x7bff ? 65536 : lk_float_from_f16((uint16_t)(h + 1));
        const float middle = low + (high - low) / 2;
        equal &= lk_f16_from_float(low) == h && lk_f16_from_float(-low) == (h | 0x8000);
        equal &= lk_f16_from_float(middle) == h + (h & 1);
        equal &= lk_f16_from_float(nextafterf(middle, 0)) == h;
        equal &= lk_f16_from_float(nextafterf(middle, INFINITY)) == h + 1;
    }
    check_that(equal, "f16 from float");
    check_that(lk_f16_from_float(NAN) == 0x7e00 && lk_f16_from_float(-INFINITY) == 0xfc00,
               "f16 of no number");
    check_that(lk_bf16_from_float(1.00390625f) == 0x3f80 && lk_bf16_from_float(1.01171875f) == 0x3f82 &&
                   lk_bf16_from_float(NAN) == 0x7fc0,
               "bf16 from float");
}

/* Both signs and every exponent, infinities and NaN included, each with fractions that are random, that tie
 * in either format, and that lie beside a tie. */
static void fill(float *values, random_state *random) {
    static const uint32_t ties[] = {0x1000, 0x3000, 0x8000, 0x18000, 0x7ff000, 0x7f8000, 0, 1};
    for (uint32_t i = 0; i < LONGEST; i++) {
        const uint32_t fraction = (uint32_t)random_bits(random) & 0x7fffff, kind = i % 16;
        const uint32_t tie = ties[kind / 2] + (uint32_t)random_below(random, 3) - 1;
        values[i] = lk_float_from_bits(i / 16 << 23 | ((kind % 2 ? fraction : tie) & 0x7fffff));
    }
}

static void check_row(const lk_type_encoder *encoder, lk_isa isa, const float *values, int64_t n) {
    const size_t bytes = (size_t)lk_row_bytes(encoder->type, n);
    guarded source = guarded_create((size_t)n * sizeof(float), 4);
    guarded expected = guarded_create(bytes, 2), written = guarded_create(bytes, 2);
    memcpy(source.data, values, source.bytes);
    encoder->encode[LK_ISA_REFERENCE](expected.data, (const float *)source.data, NULL, n);
    encoder->encode[isa](written.data, (const float *)source.data, NULL, n);
    check_that(memcmp(expected.data, written.data, bytes) == 0 && guarded_intact(&written),
               "encode %s by isa %d: not the bytes of encode.c in a row of %lld",
               lk_type_find(encoder->type)->name, isa, (long long)n);
    guarded_free(&source);
    guarded_free(&expected);
    guarded_free(&written);
}

static void check_type(int32_t type) {
    static float values[LONGEST];
    const lk_type_encoder *encoder = lk_encoder_find(type);
    random_state random = check_random(lk_type_find(type)->name);
    fill(values, &random);
    for (int isa = 0; isa < LK_ISA_COUNT; isa++) {
        if (encoder->encode[isa] == NULL || !check_has((lk_isa)isa)) continue;
        for (int64_t n = 1; n <= 33; n++) check_row(encoder, (lk_isa)isa, values + 2000, n);
        check_row(encoder, (lk_isa)isa, values, LONGEST);
    }
}

void check_float_encoders(void) {
    check_halves();
    check_type(LK_TYPE_F16);
    check_type(LK_TYPE_BF16);
}
