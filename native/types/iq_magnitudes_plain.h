/* The search of iq_magnitudes.h in plain loops: the specification. */
#ifndef LK_IQ_MAGNITUDES_PLAIN_H
#define LK_IQ_MAGNITUDES_PLAIN_H

#include "types/fit_positive.h"
#include "types/iq_magnitudes.h"
#include "types/iq_nearest_plain.h"

static inline void lk_iq_try_all_plain(lk_iq_trials *trials, const lk_iq_group *group,
                                       const lk_iq_format *format, const lk_iq_near *near) {
    const int points = format->group / lk_iq_per_point(format);
    for (int t = 0; t < format->trials; t++) {
        uint16_t codes[LK_IQ_MOST_POINTS];
        trials->near[t] = 0;
        for (int p = 0; p < points; p++)
            trials->codes[p][t] = codes[p] = lk_iq_seek(group, p, trials->scale[t], trials->inverse[t],
                                                        &trials->near[t], format, near, lk_iq_nearest_plain);
        lk_iq_sums(&trials->qx[t], &trials->qq[t], group, codes, format);
    }
}

static const lk_iq_kernels lk_iq_plain = {lk_iq_try_all_plain, lk_iq_nearest_plain, lk_fit_positive};

#endif
