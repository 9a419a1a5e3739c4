#include "types/points_vbmi.h"
#include "types/iq2_xs/unpack.h"

void lk_iq2_xs_unpack_avx512_vbmi(void *to, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_panel *panel = to;
    for (int i = 0; i < 8; i++) {
        const __m512i first = lk_load_words(chunk, 2 * i), last = lk_load_words(chunk, 2 * i + 1);
        const __m512i high = lk_choose_bytes(first, last, 0x43410301);
        const lk_places places = {.low = lk_choose_bytes(first, last, 0x42400200),
                                  .high = {lk_bytes_with(high, 0)}};
        lk_permute_points8(panel, 8 * i, &lk_iq2_xs_book, &places, lk_even_signs(high, 1));
    }
    lk_unpack_odd_scales(panel, chunk + 16 * 64, chunk + 16 * 72, 0.125f, 16);
}
