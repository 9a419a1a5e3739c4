/* Chains of slices (llamakernels.h, "Phases and chains"): which ops can be cut along their elements, and how.
 */
#ifndef LK_SLICES_H
#define LK_SLICES_H

#include "core/program.h"

/* Elements that a slice of the op must be a multiple of; 0 for an op that cannot be cut. */
int64_t lk_slice_granule(int32_t opcode, const lk_op_state *op);

/* Elements along which the op is cut: dims[0] of dst, but of KV_STORE those of its source. */
int64_t lk_slice_elements(int32_t opcode, const lk_op_state *op);

/* Whether slice s of a source is all that slice s of the op reads of it. */
bool lk_slice_of_source(int32_t opcode, const lk_op_state *op, int source);

/* Reduces an op to its elements [begin, end). */
void lk_slice_take(int32_t opcode, lk_op_state *op, int64_t begin, int64_t end);

/* Checks a chain of several ops and sets its slice. */
lk_status lk_slices_plan(lk_program *program, const lk_program_desc *desc, lk_chain *chain);

#endif
