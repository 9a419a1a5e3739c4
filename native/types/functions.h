/* The functions of every type folder. */
#ifndef LK_FUNCTIONS_H
#define LK_FUNCTIONS_H

#include "core/kernel.h"

#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon)                                       \
    void lk_##lower##_dequantize(float *dst, const void *src, int64_t n);                                    \
    void lk_##lower##_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n);                             \
    void lk_##lower##_unpack_avx512(void *panel, const uint8_t *chunk, int32_t n);                           \
    void lk_##lower##_unpack_neon(void *panel, const uint8_t *chunk, int32_t n);
#include "lk_types.inc"
#undef LK_TYPE

void lk_iq2_xxs_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq2_xs_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq2_s_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq1_s_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq1_m_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq3_xxs_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);
void lk_iq3_s_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n);

#endif
