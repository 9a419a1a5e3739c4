#include "types/iq2_s/encode_format.h"
#include "types/iq_magnitudes_plain.h"

void lk_iq2_s_encode(LK_ENCODE_PARAMETERS) {
    lk_iq_encode_rows(dst, src, importance, n, &lk_iq2_s_format, &lk_iq_plain, lk_iq2_s_pack,
                      sizeof(lk_block_iq2_s));
}
