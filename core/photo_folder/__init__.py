"""A folder of any number of photos: trained on, and measured on, with memory that does not grow.

folder          what is in it: a folder a label, as torchvision's ImageFolder has it
twins           a photo under two names, for what is held back
commands        python -m core train --photos, accuracy --photos; options: what can be said to the first
plan            which model, which batches, which rates
stream          decoded in order, in several threads; cache: decoded once
training        trained on it; training_file: from where it goes on after a kill
learned         which photos weights have learned from, kept beside them
accuracy        how right the models are about it; report: as lines
"""
