"""The parts of the page "Your photos" (pages/your_photo.py).

photo_uploads   files, camera and zip: how photos come in
own_photos      this session's photos: what every page may ask for, and the board's part of the page
photo_board     the board of tiles in the browser; crop: the frame of one photo
answers         what the models say of a photo
teaching        the network on patches, taught these photos; taught_file: saved and brought back
at_hand         where the keyboard goes on when what it was on is gone
gone            photos, or a network, that the tab remembers and the session has lost
"""
