#include "types/few_avx512.h"
#include "types/iq3_s/unpack_vbmi.h"

LK_FEW_PRODUCTS(iq3_s, avx512_vbmi, lk_iq3_s_unpack_vbmi)
