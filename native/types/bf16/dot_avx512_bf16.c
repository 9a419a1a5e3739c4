/* Products with AVX-512 BF16: vdpbf16ps multiplies a pair of weights of each of the 16 rows of a panel with
 * the pair of activations that the load repeats for all rows; each element of the result is a chain of such
 * products in a lane. */
#include "types/dense_avx512.h"
#include <string.h>

/* The last weight of an odd number stands alone, 2 bytes for each row. */
LK_INLINE __m512i load_pair(const uint8_t *panel, int32_t k, const bool alone) {
    if (alone)
        return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(panel + 32 * k)));
    return _mm512_loadu_si512(panel + 32 * k);
}

/* The same of a column, for all rows. */
LK_INLINE __m512i repeat_pair(const uint8_t *column, const bool alone) {
    int32_t pair = 0;
    memcpy(&pair, column, alone ? sizeof(uint16_t) : sizeof pair);
    return _mm512_set1_epi32(pair);
}

LK_INLINE void step(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x, int32_t k,
                    const int panels, const int columns, const int count) {
    __m512i v[2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) v[r] = load_pair(w[r], k, count == 1);
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m512i pair = repeat_pair(lk_dense_column(x, c), count == 1);
        LK_UNROLL
        for (int r = 0; r < panels; r++)
            acc[r][c] = _mm512_dpbf16_ps(acc[r][c], (__m512bh)v[r], (__m512bh)pair);
    }
}

LK_INLINE void multiply(const lk_dense_product *p, int32_t c, const int columns) {
    lk_dense_multiply(p, c, columns, (lk_dense_type){sizeof(uint16_t), sizeof(uint16_t), step});
}

void lk_bf16_multiply_avx512_bf16(const lk_dense_product *p) {
    lk_dense_for_columns(p, multiply);
}
