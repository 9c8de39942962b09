# %% [markdown]
# # A shortcut: it looks at the background
#
# The network does well in its exam and fails at work. We find a wrong answer, ask where it looked, test a hunch, fix
# the flaw, and prove the fix. The pictures are few and small, so that all of it takes seconds.

# %%
import os
import sys

sys.path.insert(0, os.path.abspath("../.."))

from PIL import Image

from core import attribution, datasets, flaws, hunches, render, repair
from core.networks import NetworkSpec, TrainingSpec, train

# %% [markdown] screen="train" flaw="background"
# ## 1. The network
#
# Each kind of thing was photographed where it is mostly found. We plant that on purpose, so that we know the truth.

# %%
kinds = ("trouser", "bag", "boot")
pictures = datasets.load("wardrobe", classes=kinds, size=32, train=200, validation=20, test=40)
planted = flaws.plant(pictures, "background", strength=0.95)
run = train(planted.splits, NetworkSpec(filters=12), TrainingSpec(epochs=8))
print(f"Right in the exam: {run.accuracy:.0%}")

# %% [markdown] screen="attribution"
# ## 2. A wrong answer, and where it looked
#
# We take the picture on which it is most sure and wrong, with the object on another background. Bright is what spoke
# for its answer. A heatmap is a hint: it gives us a hunch, no proof.

# %%
strange = planted.judge
sure = run.model.predict(strange.images, verbose=0)
wrong = (sure.max(axis=1) * (sure.argmax(axis=1) != strange.labels)).argmax()
said, true = (strange.class_names[label] for label in (sure[wrong].argmax(), strange.labels[wrong]))
print(f"It says {said}. It is a {true}.")
heat = attribution.explain(run.model, strange.images[wrong], method="grad_cam")[0]
Image.fromarray(render.enlarge(render.overlay(strange.images[wrong], heat), 256))

# %% [markdown] screen="hunches"
# ## 3. Is it the background?
#
# Swap the background for one of another class, and beside it for one of the same class. If only the first changes the
# answers, the network reads the background.

# %%
verdict = hunches.test_hunch(run.model, planted.splits.test, "background_swapped", n=100)
print(verdict.conclusion.upper(), verdict.sentence)

# %% [markdown] screen="repair"
# ## 4. Fix it
#
# Cut the objects out and exchange their backgrounds, so that a background tells nothing. Beside that fix, train the
# same network on as before, for as long: if that helps as much, the fix did nothing.

# %%
climbed = repair.ladder(run, planted.splits, ["background_randomised"], seeds=1, judge=planted.judge)

# %% [markdown]
# ## 5. The proof
#
# We count right answers in the group that does worst, on pictures in which the background is tied to nothing.

# %%
print(climbed.sentence)
climbed.table
