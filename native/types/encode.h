/* How rows of f32 become blocks of a weight type. */
#ifndef LK_ENCODE_H
#define LK_ENCODE_H

#include "core/kernel.h"

/* Writes one row of n elements (whole blocks, all finite). importance: n factors, none negative, by which
 * squared errors count; NULL: all alike. A row's blocks depend on nothing but the row and the factors. */
typedef void (*lk_encode_fn)(void *dst, const float *src, const float *importance, int64_t n);

#define LK_ENCODE_PARAMETERS void *dst, const float *src, const float *importance, int64_t n

#define LK_ENCODER(NAME, lower, importance, avx2, neon)                                                      \
    void lk_##lower##_encode(LK_ENCODE_PARAMETERS);                                                          \
    void lk_##lower##_encode_avx2(LK_ENCODE_PARAMETERS);                                                     \
    void lk_##lower##_encode_neon(LK_ENCODE_PARAMETERS);
#include "types/encoders.inc"
#undef LK_ENCODER

typedef struct lk_type_encoder {
    int32_t type;       /* lk_type */
    int32_t importance; /* 0 ignored, 1 used, 2 needed */
    lk_encode_fn encode[LK_ISA_COUNT];
} lk_type_encoder;

/* NULL for a type that cannot be written. */
const lk_type_encoder *lk_encoder_find(int32_t type);

#endif
