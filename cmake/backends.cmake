# Backends beside the CPU: found or absent; absence never breaks a build.
file(GLOB LK_BACKEND_SOURCES CONFIGURE_DEPENDS native/backends/cpu/*.c)
