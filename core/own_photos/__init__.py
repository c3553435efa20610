"""A person's own photos as training data.

own_photo       one of them: label, frame, the small file that is kept of it
photo_set       all of them, and which are held back, by content
frames          frames.csv: where their frames are, as a zip keeps them
folder_names    a folder's name → the label of the photos in it
photo_zip       the set as folders in a zip, and back; safe_zip: a zip from anybody
left_out        what of it could not be read, in as few sentences as there are reasons
own_examples    as examples of a live run, mixed with rendered ones
last_layers     the network on patches learns them in its last layers; taught_file: what it learned, as a file
before_after    what they brought, on those held back, with intervals
"""
