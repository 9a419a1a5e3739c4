#include "types/points_vbmi.h"
#include "types/iq3_s/unpack.h"

/* 32 weights: two units of numbers. */
LK_INLINE void unpack_group(lk_panel *panel, const uint8_t *chunk, int g) {
    const __m512i signs = lk_load_words(chunk + 16 * 64, g);
    const __m512i qh = _mm512_srl_epi32(lk_load_words(chunk + 16 * 96, g / 4), _mm_cvtsi32_si128(g % 4 * 8));
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        const lk_places places = {.low = lk_load_words(chunk, 2 * g + i),
                                  .high = {lk_bytes_with(lk_spread(qh, 4 * i, 1), 0)}};
        lk_permute_points4(panel, 8 * g + 4 * i, &lk_iq3_s_book, &places, signs, 16 * i);
    }
}

void lk_iq3_s_unpack_avx512_vbmi(void *to, const uint8_t *chunk, int32_t n) {
    (void)n;
    for (int g = 0; g < 8; g++) unpack_group(to, chunk, g);
    lk_unpack_odd_scales(to, chunk + 16 * 104, chunk + 16 * 108, 1, 8);
}
