/* Which instruction sets this processor and its operating system run, and which of them a backend uses. */
#ifndef LK_CPU_FEATURES_H
#define LK_CPU_FEATURES_H

#include "llamakernels.h"
#include <stdbool.h>
#include <stddef.h>

/* Bit i: lk_isa i runs here. REFERENCE and PLAIN always do. Found out once. */
uint32_t lk_cpu_isa_mask(void);

/* Whether this 64-bit ARM processor has ARMv8.2's products of four bytes and ARMv8.6's matrix products of
 * bytes, which LK_ISA_NEON then uses. */
bool lk_cpu_has_dotprod(void);
bool lk_cpu_has_i8mm(void);

/* Whether this processor has AVX-512's products of pairs of BF16, which LK_ISA_AVX512 then uses. */
bool lk_cpu_has_bf16_products(void);

/* Whether this x86 processor has AVX-512's permutations of bytes and the products over GF(2) (VBMI, GFNI),
 * which LK_ISA_AVX512 then uses. */
bool lk_cpu_has_vbmi(void);

/* The ISAs that a backend may use: what this processor has, narrowed by mask (0: all but REFERENCE) and by
 * LK_CPU_MASK. */
lk_status lk_cpu_allowed_isas(uint32_t mask, uint32_t *allowed);

/* "avx2" */
const char *lk_isa_name(lk_isa isa);

/* The highest ISA of a non-empty mask. */
lk_isa lk_isa_highest(uint32_t mask);

/* Which of the ISAs that have a kernel (bits of kernels) runs: the highest allowed one, and REFERENCE only
 * where it alone is allowed or no PLAIN kernel stands beside it. LK_ISA_COUNT where none may run. */
lk_isa lk_isa_select(uint32_t allowed, uint32_t kernels);

/* The processor's name. */
void lk_cpu_name(char *text, size_t size);

#endif
