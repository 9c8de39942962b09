# %% [markdown]
# # Wrong labels: it was taught the wrong word
#
# The network looks at the right place and still gives wrong answers. No heatmap can show why. We find the labels that
# are likely wrong, look at some, clean them, and prove that it helped.

# %%
import os
import sys

sys.path.insert(0, os.path.abspath("../.."))

import numpy as np
from PIL import Image

from core import datasets, diagnosis, flaws, render, repair
from core.networks import NetworkSpec, TrainingSpec, train

# %% [markdown] screen="train" flaw="label_noise"
# ## 1. The network
#
# The objects all lie on sand, about equally large. But one label in four was typed wrong. We plant that on purpose,
# so that we know the truth. The network has learned long enough to know the wrong ones by heart.

# %%
kinds = ("trouser", "bag", "boot")
studio = {"scenes": ("sand",), "smallest": 0.75, "spread": 0.2}
pictures = datasets.load("wardrobe", classes=kinds, size=32, train=250, validation=60, test=60, **studio)
planted = flaws.plant(pictures, "label_noise", rate=0.25)
run = train(planted.splits, NetworkSpec(filters=8), TrainingSpec(epochs=16))
print(f"Right in the exam: {run.accuracy:.0%}")

# %% [markdown] screen="diagnosis"
# ## 2. Are the labels wrong?
#
# One of the detectors looks for that. It teaches a network on some of the pictures and asks it about the others: where
# it firmly says another word than the label, the label is suspect.

# %%
suspect = diagnosis.detect(run, planted.splits, "label_noise")
print(suspect.evidence)

# %% [markdown]
# ## 3. Look at some
#
# The computer only suspects. A person decides. Here are pictures whose labels it doubts most.

# %%
data = planted.splits.train
doubted = suspect.indices[:5]
print("Labelled:", ", ".join(data.class_names[label] for label in data.labels[doubted]))
Image.fromarray(np.hstack([render.enlarge(picture, 128) for picture in data.images[doubted]]))

# %% [markdown] screen="repair"
# ## 4. Fix it
#
# Leave out the pictures with suspect labels, and train again. Beside it, train on as before for as long.

# %%
climbed = repair.ladder(run, planted.splits, {"labels_cleaned": {"effort": 1.0}}, seeds=1, judge=planted.judge)

# %% [markdown]
# ## 5. The proof
#
# The exam's labels are right. So we can count.

# %%
print(climbed.sentence)
climbed.table
