#include "tests/check.h"
void check_planes(void) {}
