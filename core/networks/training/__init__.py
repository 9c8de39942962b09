"""How a network is trained: specs, build, loop, run, background jobs."""
