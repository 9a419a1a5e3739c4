#include "core/program.h"
#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_get_rows_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *table = &op->src[0], *ids = &op->src[1], *embeddings = &op->src[2];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, op->weights != NULL, "table is %s, which cannot be dequantized",
                   lk_type_label(table->type));
    lk_demand_matrix(&demand, table, "table", table->type);
    lk_demand_that(&demand, table->dims[0] == dst->dims[0], "table has %lld columns, dst has %lld",
                   (long long)table->dims[0], (long long)dst->dims[0]);
    lk_demand_vector(&demand, ids, "ids", LK_TYPE_I32, dst->dims[1]);
    if (!lk_present(embeddings)) return lk_demand_result(&demand);
    lk_demand_matrix(&demand, embeddings, "embeddings", LK_TYPE_F32);
    lk_demand_that(&demand, embeddings->dims[0] == dst->dims[0], "embeddings have %lld columns, dst has %lld",
                   (long long)embeddings->dims[0], (long long)dst->dims[0]);
    return lk_demand_result(&demand);
}
