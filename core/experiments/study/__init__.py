"""The study that `core/experiments/PROTOCOL.md` lays down: its networks, its tools, where they run, and its tables.

plan(settings, store)                    # what there is to do, what is done, what cannot be done here, and hours
run(settings, store, where=Where(...))   # does what is missing; returns the readings, one row a reading
write(address, readings, about)          # Parquet, and a manifest
detection(readings), naming(readings)    # the protocol's measures
"""
