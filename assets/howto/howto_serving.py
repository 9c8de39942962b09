# %% [markdown]
# # A fault on the way: pictures arrive too dark
#
# In the lab the network was good. At work it is not, though nobody changed it. The fault lies in how pictures reach
# it. We find it, undo it, and prove that this was it. Nothing has to be trained again.

# %%
import os
import sys

sys.path.insert(0, os.path.abspath("../.."))

import numpy as np
from PIL import Image

from core import datasets, flaws, hunches, render, repair
from core.networks import NetworkSpec, TrainingSpec, train

# %% [markdown] screen="train" flaw="darkened"
# ## 1. The network
#
# It learned from well-lit pictures. The camera at work gives dark ones. We plant that on purpose.

# %%
kinds = ("trouser", "bag", "boot")
pictures = datasets.load("wardrobe", classes=kinds, size=32, train=250, validation=40, test=60)
planted = flaws.plant(pictures, "darkened")
run = train(planted.splits, NetworkSpec(filters=12), TrainingSpec(epochs=8))
print(f"Right in the lab: {run.metrics['validation_accuracy']:.0%}. Right at work: {run.accuracy:.0%}.")

# %% [markdown]
# ## 2. Look at the pictures
#
# Above as they were in the lab, below as they arrive at work.

# %%
rows = [pictures.train.images[:6], planted.splits.test.images[:6]]
Image.fromarray(np.vstack([np.hstack([render.enlarge(picture, 96) for picture in row]) for row in rows]))

# %% [markdown] screen="hunches"
# ## 3. Is it the light?
#
# If pictures arrive too dark, making them brighter should make the network better.

# %%
verdict = hunches.test_hunch(run.model, planted.splits.test, "brightness", n=180, factor=4.0)
print(verdict.conclusion.upper(), verdict.sentence)

# %% [markdown] screen="repair"
# ## 4. Fix it
#
# Undo the fault before the network sees the pictures. Beside it, train the network on as before: that cannot help,
# for the network was never the fault.

# %%
climbed = repair.ladder(run, planted.splits, ["preprocessing_corrected"], seeds=1, judge=planted.judge)

# %% [markdown]
# ## 5. The proof

# %%
print(climbed.sentence)
climbed.table
