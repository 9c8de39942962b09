"""The detectors, one file each. A new file here is found by `core.diagnosis.detectors()`."""
