#include "types/few_avx512.h"
#include "types/iq2_xxs/unpack_vbmi.h"

LK_FEW_PRODUCTS(iq2_xxs, avx512_vbmi, lk_iq2_xxs_unpack_vbmi)
