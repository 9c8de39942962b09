"""The store: what was computed once is loaded the next time, on this machine or on every server that shares the bucket.

store = default_store()              # the address in HUNCH_STORE, or a folder in the user's cache
store.write("runs/1a2b.zip", content)
store.read("runs/1a2b.zip")          # checked against its checksum; a damaged artefact is set aside

`units`, `evict` and `sweep` keep its size within a limit, `verify` reads everything, `export_to` and `import_from` move
artefacts between stores.
"""

from __future__ import annotations

from core.store.artefacts import VARIABLE, Store, beside, default_store
from core.store.pending import is_unsaved, unsaved, write_or_retry

__all__ = ["VARIABLE", "Store", "beside", "default_store", "is_unsaved", "unsaved", "write_or_retry"]
