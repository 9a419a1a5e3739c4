/* How products with AVX2 are summed: vpmaddubsw multiplies 4 unsigned weights of each of 8 rows with 4 signed
 * activations of a column, which the load repeats for all rows, and adds them in pairs.
 *
 * Activations are in [-127, 127], so a pair is at most 254 q. `depth` pairs add up in int16 before they are
 * widened: 8 where q <= 16, 4 where q <= 32, 2 where q <= 64 (32512 each) and 1 where q <= 128. Larger
 * weights take the activations apart, x = 16 high + low with both in [-8, 8], whose 8 pairs are at most
 * 8 * 16 * 255 = 32640. */
#ifndef LK_SCALED_SUMS_AVX2_H
#define LK_SCALED_SUMS_AVX2_H

#include "types/float_bits.h"
#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

/* Results are added to memory after so many weights. */
enum { LK_STEP_AVX2 = 2 * LK_PANEL_LENGTH };

/* What a kernel is compiled for. */
typedef struct lk_form {
    int parts; /* of a block of 32 weights: 2 where 16 share a scale */
    bool minimums;
    int depth;  /* pairs of a part at most */
    bool apart; /* activations are taken apart */
} lk_form;

/* most: the largest weight. */
LK_INLINE lk_form lk_form_of(const int parts, const bool minimums, const int most) {
    const int depth = most <= 16 ? 8 : most <= 32 ? 4 : most <= 64 ? 2 : most <= 128 ? 1 : 8;
    return (lk_form){parts, minimums, depth < 8 / parts ? depth : 8 / parts, most > 128};
}

/* What of the activations is multiplied. */
typedef enum lk_taken { LK_HIGH, LK_LOW, LK_WHOLE } lk_taken;

/* 256 activations of a column. */
typedef struct lk_column {
    const lk_block_a8 *block;
    _Alignas(32) int32_t starts[16]; /* of the integer sums of each part */
    float sums[16];                  /* of the activations of each part, where there are minimums */
    int8_t high_and_low[2][LK_PANEL_LENGTH];
} lk_column;

/* 4 bytes of memory in every lane. */
LK_INLINE __m256i lk_repeat(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm256_set1_epi32(word);
}

/* Keeps the compiler from another order of additions, which would take more registers than there are. */
LK_INLINE __m256i lk_keep(__m256i v) {
    __asm__("" : "+x"(v));
    return v;
}

/* high + 8 = (x + 128 + 8) / 16, which is the mean of x + 128 and 7, rounded up, over 8. */
LK_INLINE void lk_take_apart(int8_t (*high_and_low)[LK_PANEL_LENGTH], const int8_t *q) {
    for (int i = 0; i < LK_PANEL_LENGTH; i += 32) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(q + i));
        const __m256i mean =
            _mm256_avg_epu8(_mm256_xor_si256(x, _mm256_set1_epi8(-128)), _mm256_set1_epi8(7));
        const __m256i shifted = _mm256_and_si256(_mm256_srli_epi16(mean, 3), _mm256_set1_epi8(31));
        const __m256i high = _mm256_sub_epi8(shifted, _mm256_set1_epi8(8));
        const __m256i sixteens = _mm256_and_si256(_mm256_slli_epi16(high, 4), _mm256_set1_epi8(-16));
        _mm256_storeu_si256((__m256i *)(high_and_low[0] + i), high);
        _mm256_storeu_si256((__m256i *)(high_and_low[1] + i), _mm256_sub_epi8(x, sixteens));
    }
}

/* Starts or sums of 8 parts, of the sums of their activations. */
LK_INLINE void lk_prepare_parts(lk_column *column, int first, __m256i sums, const bool minimums,
                                int32_t offset) {
    const __m256i large = _mm256_set1_epi32(LK_LARGE_BITS);
    const __m256i taken =
        minimums ? _mm256_setzero_si256() : _mm256_mullo_epi32(sums, _mm256_set1_epi32(offset));
    _mm256_store_si256((__m256i *)(column->starts + first), _mm256_sub_epi32(large, taken));
    if (minimums) _mm256_storeu_ps(column->sums + first, _mm256_cvtepi32_ps(sums));
}

LK_INLINE void lk_prepare_column(lk_column *column, const lk_block_a8 *x, const lk_form f, int32_t offset) {
    const __m256i halves = _mm256_loadu_si256((const __m256i *)x->sum);
    column->block = x;
    if (f.apart) lk_take_apart(column->high_and_low, x->q);
    if (f.parts == 1) {
        lk_prepare_parts(column, 0, _mm256_madd_epi16(halves, _mm256_set1_epi16(1)), f.minimums, offset);
    } else {
        const __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(halves));
        const __m256i high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(halves, 1));
        lk_prepare_parts(column, 0, low, f.minimums, offset);
        lk_prepare_parts(column, 8, high, f.minimums, offset);
    }
}

/* Activations 4 g to 4 g + 3, for every row. */
LK_INLINE __m256i lk_load_four(const lk_column *x, int g, const lk_taken what) {
    return lk_repeat(what == LK_WHOLE ? x->block->q + 4 * g : x->high_and_low[what] + 4 * g);
}

/* sums + the sums in int16 of products with a part of the activations. */
LK_INLINE __m256i lk_add_pairs(__m256i sums, __m256i pairs, const lk_taken what) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(what == LK_HIGH ? 16 : 1)));
}

/* acc plus what a part gives. large: scale LK_LARGE; minimum: NULL where there are none. */
LK_INLINE __m256 lk_add_scaled(__m256 acc, __m256i sums, const lk_column *x, int part, const lk_form f,
                               __m256 scale, __m256 large, const float *minimum) {
    __m256 product = _mm256_fmsub_ps(_mm256_castsi256_ps(sums), scale, large);
    if (f.minimums)
        product = _mm256_fmadd_ps(_mm256_broadcast_ss(&x->sums[part]), _mm256_load_ps(minimum), product);
    return _mm256_fmadd_ps(product, _mm256_broadcast_ss(&x->block->d[part / f.parts]), acc);
}

#endif
