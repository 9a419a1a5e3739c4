/* The checks' frame: counts what held, prints what did not, and ends with one line a suite. */
#ifndef LK_CHECK_H
#define LK_CHECK_H

#include "core/kernel.h"
#include "tests/random.h"

typedef struct check_state {
    uint64_t seed;
    uint32_t isas; /* that this processor has and LK_CPU_MASK leaves */
    bool timing;   /* --time: time the cases instead */
    int64_t held, failed;
} check_state;

extern check_state check;

/* Counts one check; when it does not hold, prints the text (the first 50 times). Returns whether it held. */
__attribute__((format(printf, 2, 3))) bool check_that(bool holds, const char *format, ...);

/* Checks that `what` came out OK (part NULL), or INVALID_ARGUMENT with a line that says part. */
void check_outcome(const char *what, lk_status status, const char *part);

/* A generator for one case: the seed of the run mixed with the case's name, so that each case can be repeated
 * alone. */
random_state check_random(const char *name);

static inline bool check_has(lk_isa isa) {
    return check.isas >> isa & 1;
}

void check_types(void);
void check_neon_products(const lk_type_kernels *type);
void check_unpack(void);
void check_ops(void);
void check_exact_ops(void);
void check_recurrent(void);
void check_element_ops(void);
void check_activations(void);
void check_company(void);
void check_planes(void);
void check_hazards(void);
void check_attention(void);
void check_attention_runs(void);
void check_expert_route(void);
void check_expert_sort(void);
void check_square_sum(void);
void check_slices(void);
void check_expert_products(void);
void check_expert_layer(void);
void check_recurrent_records(void);
void check_program(void);
void check_handles(void);
void check_threads(void);
void check_processors(void);
void check_placed_threads(void);

/* Read rates of ordinary and of huge pages, and what a phase costs: printed only. */
void time_memory(void);
void check_encoders(void);
void check_float_decoders(void);
void check_float_encoders(void);
void check_encoder_bytes(void);
void check_encoder_instructions(void);
void check_iq_near(void);

/* False where instructions cannot be counted here; the reason has been printed. */
bool check_instructions(void);
void check_expert_instructions(void);

#endif
