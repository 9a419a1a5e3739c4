#include "types/few_avx512.h"
#include "types/iq3_xxs/unpack_vbmi.h"

LK_FEW_PRODUCTS(iq3_xxs, avx512_vbmi, lk_iq3_xxs_unpack_vbmi)
