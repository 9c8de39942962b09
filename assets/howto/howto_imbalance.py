# %% [markdown]
# # A rare class: it never says its name
#
# On average the network does well. But one kind of thing is hardly ever found, since there were hardly any pictures of
# it. We look behind the average, balance the classes, and prove that it helped.

# %%
import os
import sys

sys.path.insert(0, os.path.abspath("../.."))

import pandas as pd

from core import datasets, diagnosis, flaws, repair
from core.networks import NetworkSpec, TrainingSpec, train

# %% [markdown] screen="train" flaw="imbalance"
# ## 1. The network
#
# For every twenty pictures of the other kinds there is one of the rare kind. We plant that on purpose.

# %%
kinds = ("trouser", "bag", "boot")
pictures = datasets.load("wardrobe", classes=kinds, size=32, train=250, validation=40, test=60)
planted = flaws.plant(pictures, "imbalance", ratio=20)
run = train(planted.splits, NetworkSpec(filters=12), TrainingSpec(epochs=8))
print(f"Right on average: {run.accuracy:.0%}")

# %% [markdown]
# ## 2. Look behind the average
#
# How many of each kind are found, beside how many there were to learn from.

# %%
found = pd.DataFrame(run.metrics["recall"], index=["found", "of"]).T
found["learned from"] = [int((planted.splits.train.labels == label).sum()) for label in range(len(found))]
found

# %% [markdown] screen="diagnosis"
# ## 3. Is the count to blame?
#
# A rare class may still be easy. The detector asks for both: few pictures, and few of them found.

# %%
suspect = diagnosis.detect(run, planted.splits, "imbalance")
print(suspect.evidence)

# %% [markdown] screen="repair"
# ## 4. Fix it
#
# Show the rare pictures as often as the others. Beside it, train on as before for as long.

# %%
climbed = repair.ladder(run, planted.splits, ["classes_balanced"], seeds=1, judge=planted.judge)

# %% [markdown]
# ## 5. The proof
#
# We count right answers in the group that does worst. Here that is the rare class.

# %%
print(climbed.sentence)
climbed.table
