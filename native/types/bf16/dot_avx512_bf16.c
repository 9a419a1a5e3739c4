/* Products with AVX-512 BF16: vdpbf16ps multiplies a pair of weights of each of the 16 rows of a panel with
 * the pair of activations that the load repeats for all rows. Activations are rounded to BF16, as llama.cpp
 * rounds them for these weights; each element of the result is a chain of such products in a lane. */
#include "types/dense_avx512.h"

enum { PAIRS = LK_PANEL_LENGTH / 2 };

/* A few columns of a chunk, in pairs. */
typedef struct rounded {
    _Alignas(64) uint32_t pairs[LK_DENSE_COLUMNS][PAIRS];
} rounded;

/* Zeros follow the last activation. */
LK_INLINE void round_column(uint32_t *pairs, const float *x, int32_t n) {
    for (int32_t i = 0; i < n; i += 32) {
        const int32_t left = n - i;
        const __mmask32 there = left < 32 ? (1u << left) - 1 : UINT32_MAX;
        const __m512 low = _mm512_maskz_loadu_ps((__mmask16)there, x + i),
                     high = _mm512_maskz_loadu_ps((__mmask16)(there >> 16), x + i + 16);
        _mm512_store_si512(pairs + i / 2, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
}

LK_INLINE __m512 add_products(__m512 sums, __m512i weights, uint32_t activations) {
    return _mm512_dpbf16_ps(sums, (__m512bh)weights, (__m512bh)_mm512_set1_epi32((int32_t)activations));
}

/* The last weight of an odd number stands alone, 2 bytes for each row. */
LK_INLINE __m512i load_pair(const uint8_t *chunk, int32_t i, const bool alone) {
    if (alone)
        return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(chunk + 64 * i)));
    return _mm512_loadu_si512(chunk + 64 * i);
}

LK_INLINE void add_pair(__m512 (*acc)[LK_DENSE_COLUMNS], const lk_dense_product *p, const rounded *x,
                        int first, int32_t i, const int panels, const int columns, const bool alone) {
    __m512i w[2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) w[r] = load_pair(p->w + (first + r) * p->panel_stride, i, alone);
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int r = 0; r < panels; r++) acc[r][c] = add_products(acc[r][c], w[r], x->pairs[c][i]);
}

LK_INLINE void multiply_tile(const lk_dense_product *p, const rounded *x, int first, int32_t c,
                             const int panels, const int columns) {
    __m512 acc[2][LK_DENSE_COLUMNS];
    LK_UNROLL
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    int32_t i = 0;
    for (; i < p->n / 2; i++) {
        if (c == 0) lk_dense_ask(p, p->w + first * p->panel_stride + 64 * i, 2);
        if (c == 0 && panels == 2) lk_dense_ask(p, p->w + (first + 1) * p->panel_stride + 64 * i, 2);
        add_pair(acc, p, x, first, i, panels, columns, false);
    }
    if (p->n % 2 != 0) add_pair(acc, p, x, first, i, panels, columns, true);
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) lk_dense_store(p, c + j, first + r, acc[r][j]);
}

LK_INLINE void multiply_columns(const lk_dense_product *p, int32_t c, const int columns) {
    rounded x;
    for (int j = 0; j < columns; j++) round_column(x.pairs[j], p->x + (c + j) * p->x_stride, p->n);
    int first = 0;
    for (; first + 2 <= p->panel_count; first += 2) multiply_tile(p, &x, first, c, 2, columns);
    if (first < p->panel_count) multiply_tile(p, &x, first, c, 1, columns);
}

void lk_bf16_multiply_avx512_bf16(const lk_dense_product *p) {
    lk_dense_for_columns(p, multiply_columns);
}
