/* The loops of the vector matmul of the types with blocks of 256, for AVX2. Two rows at a time, one in each
 * half of a vector: 16 activations are then broadcast to both by the load, and the products of a group of 32
 * meet by plain additions. Four float sums of a row, in a fixed order: neither the rows nor the columns that
 * are computed together change a result. */
#ifndef LK_ROW_PAIRS_AVX2_H
#define LK_ROW_PAIRS_AVX2_H

#include "types/vector_avx2.h"
#include "types/matmul_tile.h"

/* The most columns that share an unpacked weight. Their sums lie in memory: one load and store in 128
 * weights. */
#define LK_PAIR_COLUMNS 8

/* Adds the products of a block of row 0 (w[0]) and of row 1 (w[1]) with x[c] to the low and the high half of
 * acc[c], for c < columns (a constant). */
typedef void (*lk_pair_step_fn)(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x,
                                const int columns);

/* 16 bytes of each row, from the same offset. */
LK_INLINE __m256i lk_load_pair(const uint8_t *const *w, size_t offset) {
    __m128i first = _mm_loadu_si128((const __m128i *)(w[0] + offset));
    __m128i second = _mm_loadu_si128((const __m128i *)(w[1] + offset));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
}

/* 4 bytes of row 0 below 4 bytes of row 1. */
LK_INLINE uint64_t lk_load_pair_u32(const uint8_t *const *w, size_t offset) {
    uint32_t part[2];
    for (int r = 0; r < 2; r++) memcpy(&part[r], w[r] + offset, sizeof part[r]);
    return part[0] | (uint64_t)part[1] << 32;
}

/* 8 bytes of each row. */
LK_INLINE __m128i lk_load_pair_u64(const uint8_t *const *w, size_t offset) {
    int64_t part[2];
    for (int r = 0; r < 2; r++) memcpy(&part[r], w[r] + offset, sizeof part[r]);
    return _mm_set_epi64x(part[1], part[0]);
}

/* The f16 numbers first and second, in 4 lanes each. */
LK_INLINE __m256 lk_float_from_pair_f16(uint16_t first, uint16_t second) {
    const uint64_t repeat = 0x0001000100010001;
    return _mm256_cvtph_ps(_mm_set_epi64x((int64_t)(second * repeat), (int64_t)(first * repeat)));
}

/* The f16 number of each row, in 4 lanes each. */
LK_INLINE __m256 lk_load_pair_f16(const uint8_t *const *w, size_t offset) {
    uint16_t part[2];
    for (int r = 0; r < 2; r++) memcpy(&part[r], w[r] + offset, sizeof part[r]);
    return lk_float_from_pair_f16(part[0], part[1]);
}

/* 4 bytes of each row, as numbers. */
LK_INLINE __m256 lk_float_from_pair_u8(uint64_t bytes) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes)));
}

LK_INLINE float lk_sum4(__m128 v) {
    __m128 two = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/* Two rows, or one that is given twice (rows: 1), against `columns` columns. */
LK_INLINE void lk_pair_columns(float *dst, int64_t dst_stride, const uint8_t *first, const uint8_t *second,
                               int32_t rows, const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                               lk_pair_step_fn step, const int block_bytes) {
    __m256 acc[LK_PAIR_COLUMNS];
    const lk_block_a8 *blocks[LK_PAIR_COLUMNS];
    const uint8_t *w[2] = {first, second};
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        acc[c] = _mm256_setzero_ps();
        blocks[c] = (const lk_block_a8 *)(x + c * x_stride);
    }
    for (int32_t i = 0; i < k; i += 256) {
        step(acc, w, blocks, columns);
        w[0] += block_bytes;
        w[1] += block_bytes;
        LK_UNROLL
        for (int c = 0; c < columns; c++) blocks[c]++;
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        dst[c * dst_stride] = lk_sum4(_mm256_castps256_ps128(acc[c]));
        if (rows > 1) dst[c * dst_stride + 1] = lk_sum4(_mm256_extractf128_ps(acc[c], 1));
    }
}

/* Columns c, c + 1, ... in groups of `width` (a constant) while a whole one is left, each group against all
 * rows. The first column that remains. */
LK_INLINE int32_t lk_pairs_columns(int32_t c, const int width, LK_MATMUL_PARAMETERS, lk_pair_step_fn step,
                                   const int block_bytes) {
    for (; c + width <= columns; c += width)
        for (int32_t r = 0; r < rows; r += 2) {
            int32_t n = rows - r < 2 ? 1 : 2;
            const uint8_t *first = (const uint8_t *)w + r * w_stride;
            lk_pair_columns(dst + c * dst_stride + r, dst_stride, first, first + (n - 1) * w_stride, n,
                            (const uint8_t *)x + c * x_stride, x_stride, width, k, step, block_bytes);
        }
    return c;
}

LK_INLINE void lk_tile_pairs(LK_MATMUL_PARAMETERS, lk_pair_step_fn step, const int block_bytes) {
    int32_t c = 0;
    c = lk_pairs_columns(c, 8, LK_MATMUL_ARGUMENTS, step, block_bytes);
    c = lk_pairs_columns(c, 4, LK_MATMUL_ARGUMENTS, step, block_bytes);
    c = lk_pairs_columns(c, 2, LK_MATMUL_ARGUMENTS, step, block_bytes);
    lk_pairs_columns(c, 1, LK_MATMUL_ARGUMENTS, step, block_bytes);
}

LK_INLINE void lk_matmul_pairs(LK_MATMUL_PARAMETERS, lk_pair_step_fn step, const int block_bytes) {
    int32_t tile_rows = (lk_tile_rows(w_stride, rows) + 1) / 2 * 2;
    for (int32_t r = 0; r < rows; r += tile_rows)
        lk_tile_pairs(dst + r, dst_stride, (const uint8_t *)w + r * w_stride, w_stride,
                      rows - r < tile_rows ? rows - r : tile_rows, x, x_stride, columns, k, step,
                      block_bytes);
}

#endif
