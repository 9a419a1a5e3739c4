#include "types/iq4_xs/block.h"
#include "types/iq4_xs/scales.h"
#include "types/iq4_nl/block.h"
#include "types/block256_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i nibble = _mm256_set1_epi8(15);
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        __m256i both = lk_load_pair(w, offsetof(lk_block_iq4_xs, qs) + (size_t)(64 * half + 16 * j));
        q[2 * j] = lk_look_up(lk_iq4_values, _mm256_and_si256(both, nibble));
        q[2 * j + 1] = lk_look_up(lk_iq4_values, _mm256_and_si256(_mm256_srli_epi16(both, 4), nibble));
    }
}

/* Of 4 groups of each row, from -32 to 31. */
LK_INLINE __m256 load_scales(const uint8_t *const *w, const int half) {
    uint32_t part[2];
    for (int r = 0; r < 2; r++)
        part[r] = lk_iq4_xs_scales4(w[r] + offsetof(lk_block_iq4_xs, scales_h),
                                    w[r] + offsetof(lk_block_iq4_xs, scales_l), half);
    return _mm256_sub_ps(lk_float_from_pair_u8(part[0] | (uint64_t)part[1] << 32), _mm256_set1_ps(32));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_iq4_xs, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256 scales = _mm256_mul_ps(d, load_scales(w, half));
        __m256i q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256 sums = _mm256_cvtepi32_ps(lk_sums_signed(q, x[c], half));
            acc[c] = _mm256_fmadd_ps(sums, _mm256_mul_ps(scales, lk_load_d4(x[c], half)), acc[c]);
        }
    }
}

void lk_iq4_xs_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq4_xs));
}
