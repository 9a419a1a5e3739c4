#include "tests/check.h"
void check_hazards(void) {}
