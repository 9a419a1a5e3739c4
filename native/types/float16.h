/* Scalar conversions of the float formats that blocks store, exact for every bit pattern. */
#ifndef LK_FLOAT16_H
#define LK_FLOAT16_H

#include <stdint.h>
#include <string.h>

static inline float lk_float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
static inline float lk_float_from_f16(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t rest = half & 0x7fffu;
    if (rest >= 0x7c00u) return lk_float_from_bits(sign | 0x7f800000u | rest << 13);
    if (rest >= 0x0400u) return lk_float_from_bits(sign | ((rest << 13) + 0x38000000u));
    float subnormal = (float)rest * 0x1p-24f;
    return sign ? -subnormal : subnormal;
}

/* bfloat16: the upper half of a binary32. */
static inline float lk_float_from_bf16(uint16_t brain) {
    return lk_float_from_bits((uint32_t)brain << 16);
}

/* 2^(exponent - 128): half of OCP MX's E8M0 scale, for tables that hold the doubled E2M1 values. Exponents 0
 * and 1 are subnormal; 255, which is NaN in the specification, is 2^127 as in ggml. */
static inline float lk_float_from_e8m0_half(uint8_t exponent) {
    return lk_float_from_bits(exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23);
}

#endif
