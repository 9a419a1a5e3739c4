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

static inline uint32_t lk_bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. Its exponent is 112 less than binary32's for the
 * same power, and multiplying by 2^112 makes subnormal numbers normal as well. Without branches, so that
 * compilers vectorize it. */
static inline float lk_float_from_f16(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t rest = (uint32_t)(half & 0x7fffu) << 13;
    uint32_t finite = lk_bits_of_float(lk_float_from_bits(rest) * 0x1p112f);
    return lk_float_from_bits(sign | (rest >= 0x0f800000u ? rest | 0x7f800000u : finite));
}

/* To binary16, to nearest, ties to even; what is too large becomes infinite, NaN stays NaN. Adding a power of
 * two that leaves 10 bits of fraction behind it lets the processor round, subnormal results included. */
static inline uint16_t lk_f16_from_float(float value) {
    const uint32_t bits = lk_bits_of_float(value), magnitude = bits & 0x7fffffffu;
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000u);
    if (magnitude >= 0x7f800000u) return sign | (magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u);
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u; /* 65520 and above */
    const uint32_t exponent = magnitude >> 23, least = exponent < 113 ? 113 : exponent;
    const float step = lk_float_from_bits((least + 13) << 23);
    const uint32_t rounded = lk_bits_of_float(lk_float_from_bits(magnitude) + step) & 0x7fffffu;
    return sign | (uint16_t)((exponent < 113 ? 0 : (least - 113) << 10) + rounded);
}

/* bfloat16: the upper half of a binary32. */
static inline float lk_float_from_bf16(uint16_t brain) {
    return lk_float_from_bits((uint32_t)brain << 16);
}

/* To bfloat16, to nearest, ties to even; NaN stays a quiet NaN. */
static inline uint16_t lk_bf16_from_float(float value) {
    const uint32_t bits = lk_bits_of_float(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits >> 16 | 0x40u);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

/* 2^(exponent - 128): half of OCP MX's E8M0 scale, for tables that hold the doubled E2M1 values. Exponents 0
 * and 1 are subnormal; 255, which is NaN in the specification, is 2^127 as in ggml. */
static inline float lk_float_from_e8m0_half(uint8_t exponent) {
    return lk_float_from_bits(exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23);
}

#endif
