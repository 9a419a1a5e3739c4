#ifndef LK_BACKEND_CPU_H
#define LK_BACKEND_CPU_H

#include "llamakernels.h"

lk_status lk_cpu_backend_open(const lk_backend_config *config, lk_backend **backend);

#endif
