#include "types/iq2_xs/encode_format.h"
#include "types/iq_magnitudes_avx2.h"

void lk_iq2_xs_encode_avx2(LK_ENCODE_PARAMETERS) {
    lk_iq_encode_rows(dst, src, importance, n, &lk_iq2_xs_format, &lk_iq_avx2, lk_iq2_xs_pack,
                      sizeof(lk_block_iq2_xs));
}
