/* QUANTIZE for other ops. */
#ifndef LK_QUANTIZE_FLOATS_H
#define LK_QUANTIZE_FLOATS_H

#include "core/kernel.h"

/* Rows of n floats, stride floats apart, to adjacent rows of A8, with the fastest kernel up to an ISA. */
void lk_quantize_floats(lk_isa isa, lk_block_a8 *dst, const float *x, int64_t stride, int64_t n,
                        int64_t rows);

/* The numbers that a row of A8 stands for. */
void lk_quantized_to_floats(float *dst, const lk_block_a8 *row, int64_t n);

#endif
