#include "types/few_avx512.h"
#include "types/iq2_xs/unpack_vbmi.h"

LK_FEW_PRODUCTS(iq2_xs, avx512_vbmi, lk_iq2_xs_unpack_vbmi)
