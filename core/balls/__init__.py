"""Ball photos: rendered by this package, labelled multi-hot, each a pure function of (seed, index).

recipe       how many balls of which kinds a photo shows, and the labels that follow
chance       random numbers by seed, index and slot
placing      which objects, where, how large and turned how
sphere       seams and panels, as tables over the unit sphere
skin         a surface before light falls on it, and its brushes; ink: prints on it
soccer, basketball, baseball        the three balls; club: soccer balls as clubs and shops have them
played       other balls that are easily taken for them; others: round things that are no such ball;
             things: coins, wheels, flowers, planets, animals, cars, for the network on patches alone
backdrop     what is behind the objects; scenery, clutter, texture: what it is painted from
light        on an object; shadow: of an object on the ground
scene        all of these together, in linear light
camera       from linear light to the 8 bits of a photo
rendering    photos by seed and index, a photo's layers, whole data sets
tables, portions, threads, turns    what makes it quick: tables made at once, few photos at a time,
                                    on one torch thread, and who goes first
"""

from core.balls.recipe import DEMO, GALLERY_SEED, KINDS, MIXED, ONE, TEST_SEED, TRAIN_SEED, Recipe, labels
from core.balls.rendering import (
    Layers,
    Photos,
    composite,
    dataset,
    layers,
    render,
    render_many,
    rendering_device,
)
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
    "rendering_device",
]
