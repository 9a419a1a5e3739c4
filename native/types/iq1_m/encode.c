#include "types/iq1_m/pack.h"
#include "types/iq1_m/split_plain.h"
#include "types/iq_ternary_plain.h"

static const lk_iq1_kernels kernels = {16, 1e-7f, lk_iq1_sort_plain, lk_iq1_m_split_plain,
                                       lk_iq_nearest_plain};

void lk_iq1_m_encode(LK_ENCODE_PARAMETERS) {
    lk_iq1_encode_rows(dst, src, importance, n, &kernels, lk_iq1_m_pack, sizeof(lk_block_iq1_m));
}
