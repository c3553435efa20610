"""Ball photos: rendered by this package, labelled multi-hot, each a pure function of (seed, index).

chance, recipe, portions -> sphere, skin, ink -> soccer, basketball, baseball, played, others
-> placing, light, clutter, texture, scenery, backdrop, shadow, camera -> scene, tables
-> turns, threads, rendering
"""

from core.balls.recipe import DEMO, GALLERY_SEED, KINDS, MIXED, ONE, TEST_SEED, TRAIN_SEED, Recipe, labels
from core.balls.rendering import Layers, Photos, composite, dataset, layers, render, render_many
from core.pixels import SIZE

__all__ = [
    "DEMO",
    "GALLERY_SEED",
    "KINDS",
    "MIXED",
    "ONE",
    "SIZE",
    "TEST_SEED",
    "TRAIN_SEED",
    "Layers",
    "Photos",
    "Recipe",
    "composite",
    "dataset",
    "labels",
    "layers",
    "render",
    "render_many",
]
