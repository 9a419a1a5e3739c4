/* How products with AVX-512 VNNI are summed: vpdpbusd multiplies 4 unsigned weights of each of 16 rows with 4
 * signed activations of a column, which the load repeats for all rows. The processor multiplies at two ports
 * alone, so what comes after the sums of a group is kept from them: sums become floats elsewhere, offsets and
 * the sums of activations are found for a whole chunk at once, and two groups of 16 share the product with
 * their activations' scale. */
#ifndef LK_SCALED_SUMS_AVX512_H
#define LK_SCALED_SUMS_AVX512_H

#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

/* Results are added to memory after so many weights. */
enum { LK_STEP_AVX512 = 2 * LK_PANEL_LENGTH };

/* 4 bytes of memory in every lane. */
LK_INLINE __m512i lk_repeat(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm512_set1_epi32(word);
}

/* What the sums of 256 activations add to products, for each 16; where 32 weights share what they are for,
 * the sum of these twice. */
typedef union lk_sum_terms {
    _Alignas(64) int32_t start[LK_PANEL_LENGTH / 16]; /* of kinds with an offset: minus offset times sum */
    float activations[LK_PANEL_LENGTH / 16];          /* of kinds with minimums: the sum */
} lk_sum_terms;

/* The sums of two planes as one: a step of the first is 128 of the second. Of 32 products they are
 * 32 * 255 * (127 * 128 + 64) at most. */
LK_INLINE __m512i lk_join_planes(__m512i first, __m512i second) {
    return _mm512_add_epi32(_mm512_slli_epi32(first, 7), second);
}

LK_INLINE __m512i lk_load_sums(const lk_block_a8 *x) {
    return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)x->sum));
}

/* x: a block of each plane. */
LK_INLINE void lk_find_terms(lk_sum_terms *terms, const lk_block_a8 *const *x, const int planes,
                             const lk_panel_kind kind) {
    __m512i sums = lk_load_sums(x[0]);
    if (planes == 2) sums = lk_join_planes(sums, lk_load_sums(x[1]));
    if ((kind.minimums ? kind.minimums : kind.group) == 32)
        sums = _mm512_add_epi32(sums, _mm512_shuffle_epi32(sums, _MM_PERM_CDAB));
    if (kind.minimums)
        _mm512_store_ps(terms->activations, _mm512_cvtepi32_ps(sums));
    else
        _mm512_store_si512(terms->start, _mm512_mullo_epi32(sums, _mm512_set1_epi32(-kind.offset)));
}

/* What the integer sum of a part of a block begins with, of the last plane; those before it begin at 0. */
LK_INLINE __m512i lk_sum_start(const lk_sum_terms *terms, const int block, const int part,
                               const bool minimums) {
    return minimums ? _mm512_setzero_si512() : _mm512_set1_epi32(terms->start[2 * block + part]);
}

/* acc plus d, the step of the last plane, times what a block of 32 gives: sums and scales of its parts, and
 * as many minimums as are said. */
LK_INLINE __m512 lk_add_scaled(__m512 acc, const __m512i *sums, const lk_sum_terms *terms, const int block,
                               const int parts, const int minimums, const __m512 *scale,
                               const __m512 *minimum, float d) {
    __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[0]), scale[0]);
    if (parts == 2) product = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[1]), scale[1], product);
    LK_UNROLL
    for (int part = 0; part < minimums; part++)
        product =
            _mm512_fmadd_ps(_mm512_set1_ps(terms->activations[2 * block + part]), minimum[part], product);
    return _mm512_fmadd_ps(product, _mm512_set1_ps(d), acc);
}

#endif
