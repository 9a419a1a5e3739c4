#include "types/iq3_xxs/encode_format.h"
#include "types/iq_magnitudes_plain.h"

void lk_iq3_xxs_encode(LK_ENCODE_PARAMETERS) {
    lk_iq_encode_rows(dst, src, importance, n, &lk_iq3_xxs_format, &lk_iq_plain, lk_iq3_xxs_pack,
                      sizeof(lk_block_iq3_xxs));
}
