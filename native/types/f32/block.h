/* F32: IEEE 754 binary32. A block is one element. */
#ifndef LK_F32_BLOCK_H
#define LK_F32_BLOCK_H

#include "llamakernels.h"

#pragma pack(push, 1)
typedef struct lk_block_f32 {
    float value;
} lk_block_f32;
#pragma pack(pop)
_Static_assert(sizeof(lk_block_f32) == LK_BLOCK_BYTES_F32, "F32 block");

#endif
