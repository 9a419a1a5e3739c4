/* Products with AVX-512 BF16: vdpbf16ps multiplies a pair of weights of each of the 16 rows of a panel with
 * the pair of activations that the load repeats for all rows. Activations are rounded to BF16, as llama.cpp
 * rounds them for these weights; each element of the result is a chain of such products in a lane. */
#include "types/dense_avx512.h"

/* Pairs of a column, and a cache line more: it keeps columns from each other's cache sets. */
enum { COLUMN = LK_DENSE_LENGTH / 2 + 16 };

/* To pairs; zeros follow the last activation. */
LK_INLINE void round_column(float *pairs, const float *x, int32_t n) {
    for (int32_t i = 0; i < n; i += 32) {
        const int32_t left = n - i;
        const __mmask32 there = left < 32 ? (1u << left) - 1 : UINT32_MAX;
        const __m512 low = _mm512_maskz_loadu_ps((__mmask16)there, x + i),
                     high = _mm512_maskz_loadu_ps((__mmask16)(there >> 16), x + i + 16);
        _mm512_store_si512(pairs + i / 2, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
}

LK_INLINE __m512 add_products(__m512 sums, __m512i weights, const float *activations) {
    return _mm512_dpbf16_ps(sums, (__m512bh)weights, (__m512bh)_mm512_set1_ps(*activations));
}

/* The last weight of an odd number stands alone, 2 bytes for each row. */
LK_INLINE __m512i load_pair(const uint8_t *panel, int32_t k, const bool alone) {
    if (alone)
        return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(panel + 32 * k)));
    return _mm512_loadu_si512(panel + 32 * k);
}

LK_INLINE void step(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x, int32_t k,
                    const int panels, const int columns, const int count) {
    __m512i v[2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) v[r] = load_pair(w[r], k, count == 1);
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int r = 0; r < panels; r++) acc[r][c] = add_products(acc[r][c], v[r], lk_dense_activation(x, c, 0));
}

LK_INLINE void multiply(const lk_dense_product *p, int32_t c, const int columns) {
    _Alignas(64) float pairs[LK_DENSE_COLUMNS][COLUMN];
    for (int j = 0; j < columns; j++) round_column(pairs[j], p->x + (c + j) * p->x_stride, p->n);
    lk_dense_multiply(p, c, pairs[0], COLUMN, columns, (lk_dense_type){sizeof(uint16_t), 1, step});
}

void lk_bf16_multiply_avx512_bf16(const lk_dense_product *p) {
    lk_dense_for_columns(p, multiply);
}
