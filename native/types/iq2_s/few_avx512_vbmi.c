#include "types/few_avx512.h"
#include "types/iq2_s/unpack_vbmi.h"

LK_FEW_PRODUCTS(iq2_s, avx512_vbmi, lk_iq2_s_unpack_vbmi)
