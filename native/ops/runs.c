#include "ops/runs.h"

void lk_demand_runs(lk_demand *demand, const lk_op_state *op, int source, int64_t width) {
    const lk_view *state = &op->src[source], *table = &op->src[source + 1];
    lk_demand_matrix(demand, state, "state", LK_TYPE_F32);
    lk_demand_that(demand, state->dims[0] == width, "state has %lld columns, not %lld",
                   (long long)state->dims[0], (long long)width);
    lk_demand_matrix(demand, table, "runs", LK_TYPE_I32);
    lk_demand_that(demand, table->dims[0] == 4, "runs is [%lld, %lld], not [4, sequences]",
                   (long long)table->dims[0], (long long)table->dims[1]);
}

static bool slots_are_inside(const int32_t *entry, int64_t slots) {
    return entry[2] >= -1 && entry[2] < slots && entry[3] >= 0 && entry[3] < slots && entry[2] != entry[3];
}

/* Whether neither of two entries writes what the other reads or writes. */
static bool slots_are_apart(const int32_t *a, const int32_t *b) {
    return a[3] != b[3] && a[3] != b[2] && a[2] != b[3];
}

static bool entry_is_sound(const lk_op_state *op, const lk_runs *runs, int64_t index, int64_t covered) {
    const int32_t *entry = lk_runs_entry(runs->table, index);
    bool sound = entry[0] == covered && entry[1] > 0 && entry[1] <= op->rows - covered &&
                 slots_are_inside(entry, runs->state->dims[1]);
    for (int64_t i = 0; i < index && sound; i++)
        sound = slots_are_apart(entry, lk_runs_entry(runs->table, i));
    return sound;
}

lk_runs lk_runs_of(const lk_op_state *op, int source) {
    lk_runs runs = {&op->src[source], &op->src[source + 1], 0};
    int64_t covered = 0, index = 0;
    for (; covered < op->rows; index++) {
        if (index == runs.table->dims[1] || !entry_is_sound(op, &runs, index, covered)) {
            lk_fault(op);
            return runs;
        }
        covered += lk_runs_entry(runs.table, index)[1];
    }
    runs.count = index;
    return runs;
}
