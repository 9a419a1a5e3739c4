#include "core/topology.h"

int32_t lk_topology_usable(const lk_topology *topology) {
    const int32_t allowed = lk_processors_count(&topology->allowed);
    return topology->quota > 0 && topology->quota < allowed ? topology->quota : allowed;
}

int32_t lk_topology_cores(const lk_topology *topology, const lk_processors *set) {
    lk_processors cores = {0};
    for (int32_t i = lk_processors_next(set, 0); i >= 0; i = lk_processors_next(set, i + 1))
        lk_processors_add(&cores, topology->processors[i].core);
    return lk_processors_count(&cores);
}

lk_processors lk_topology_nodes(const lk_topology *topology, const lk_processors *set) {
    lk_processors nodes = {0};
    for (int32_t i = lk_processors_next(set, 0); i >= 0; i = lk_processors_next(set, i + 1))
        lk_processors_add(&nodes, topology->processors[i].node);
    return nodes;
}
