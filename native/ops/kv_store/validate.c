#include "core/program.h"
#include "ops/cache_types.h"
#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_kv_store_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *cache = &op->dst, *x = &op->src[0];
    lk_demand demand = {text, size, false};
    lk_demand_that(&demand, lk_is_cache_type(cache->type), "cache is %s, not " LK_CACHE_TYPES,
                   lk_type_label(cache->type));
    lk_demand_matrix(&demand, x, "x", LK_TYPE_F32);
    if (demand.failed) return text;
    lk_demand_that(&demand, x->dims[0] == cache->dims[0] * cache->dims[2],
                   "x has %lld columns, the cache has %lld heads of %lld", (long long)x->dims[0],
                   (long long)cache->dims[2], (long long)cache->dims[0]);
    lk_demand_that(&demand, cache->dims[1] * cache->dims[3] <= INT32_MAX,
                   "the cache has more than 2^31 slots");
    lk_demand_vector(&demand, &op->src[1], "slots", LK_TYPE_I32, x->dims[1]);
    return lk_demand_result(&demand);
}
