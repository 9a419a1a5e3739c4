#include "types/tq1_0/block.h"
#include "types/ternary_pairs_avx2.h"

/* The first digits of bytes, floor(3 byte / 256): 3/4 of a byte, rounded down, is the byte less its quarter
 * rounded up, which two averages with 0 make. */
LK_INLINE __m256i first_digits(__m256i bytes) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i quarter = _mm256_avg_epu8(_mm256_avg_epu8(bytes, zero), zero);
    __m256i rest = _mm256_sub_epi8(bytes, quarter);
    return _mm256_and_si256(_mm256_srli_epi16(rest, 6), _mm256_set1_epi8(3));
}

/* Takes the first digit away: 3 byte mod 256. */
LK_INLINE __m256i next_digits(__m256i bytes) {
    return _mm256_add_epi8(_mm256_add_epi8(bytes, bytes), bytes);
}

/* The first `count` digits of 16 bytes of each row, to every `apart`th vector. */
LK_INLINE void unpack_digits(__m256i *q, __m256i bytes, const int count, const int apart) {
    LK_UNROLL
    for (int n = 0; n < count; n++) {
        q[n * apart] = first_digits(bytes);
        bytes = next_digits(bytes);
    }
}

/* qh of each row: the byte's digits n = 0 to 3 are the first ones of 3^n times the byte. */
LK_INLINE __m256i load_last(const uint8_t *const *w) {
    int32_t part[2];
    for (int r = 0; r < 2; r++) memcpy(&part[r], w[r] + offsetof(lk_block_tq1_0, qh), sizeof part[r]);
    __m256i once = _mm256_set_m128i(_mm_set1_epi32(part[1]), _mm_set1_epi32(part[0]));
    __m256i thrice = next_digits(once), ninefold = next_digits(thrice);
    __m256i low = _mm256_blend_epi32(once, thrice, 0x22);
    return _mm256_blend_epi32(low, _mm256_blend_epi32(ninefold, next_digits(ninefold), 0x88), 0xcc);
}

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i bytes = lk_load_pair(w, offsetof(lk_block_tq1_0, qs) + 16 * (size_t)i);
        if (half == 0) {
            unpack_digits(q + i, bytes, 4, 2);
            continue;
        }
        LK_UNROLL
        for (int n = 0; n < 4; n++) bytes = next_digits(bytes);
        q[i] = first_digits(bytes);
    }
    if (half == 0) return;
    unpack_digits(q + 2, lk_load_pair(w, offsetof(lk_block_tq1_0, qs) + 32), 5, 1);
    q[7] = first_digits(load_last(w));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_ternary(acc, w, x, columns, offsetof(lk_block_tq1_0, d), unpack);
}

void lk_tq1_0_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_tq1_0));
}
