"""The study that `core/experiments/PROTOCOL.md` lays down: its networks, its tools, where they run, and its tables.

plan(settings, store=store)              # what there is to do, what is done, what cannot be done here, and hours
run(work, where=Where(...))              # does what is missing; returns the readings, one row a reading
outcomes(work)                           # what acting on it brought, one row an action on a network
write(address, readings, work, ...)      # Parquet, and a manifest
detection(rows), naming(rows)            # the protocol's measures of what tools reveal
helpfulness(policy_outcomes(...))        # and of what acting on it brings
shipped()                                # the study that ships with Hunch
summarise(rows), hold_all(evidence)      # what it tells a person: advice for each flaw, and published findings
"""
