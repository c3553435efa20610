"""The photo that a person brought: in this session's memory, and nowhere else."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.balls import GALLERY_SEED, MIXED
from core.photos import Photo, PhotoError, read_photo
from ui import shared
from ui.controls import keep_own_photo
from ui.crop import Place, Print, printed
from ui.your_photo import clearest

EXAMPLE = (1, 0, 1)  # a soccer ball and a baseball: Goal 2 may say both, Goal 3 must choose
CANDIDATES = 40
LONGEST_NAME = 60


@dataclass(frozen=True)
class Kept:
    """A photo and its print for the browser. name: the file's own, which may be anybody's text."""

    photo: Photo
    shown: Print
    name: str

    @property
    def line(self) -> str:
        """What it is, as plain text: never to be read as Markdown or HTML."""
        name = self.name if len(self.name) <= LONGEST_NAME else f"{self.name[:40]} … {self.name[-16:]}"
        width, height = self.photo.original
        return f"{name}: {self.photo.kind}, {width} × {height} pixels"


@dataclass
class Mine:
    """What this session's memory holds of a person's photo."""

    kept: Kept | None = None
    place: Place | None = None  # of the frame
    tried: str = ""  # the upload that was read last
    error: str = ""  # and what was wrong with it
    uploaders: int = 0  # a new number makes an empty uploader

    def receive(self, upload: UploadedFile | None) -> None:
        """Read an upload once. What cannot be read leaves the photo before it where it is."""
        if upload is None:
            self.error = ""
        elif upload.file_id != self.tried:
            self.tried, self.error = upload.file_id, ""
            try:
                with st.spinner("Reading the photo …"):
                    photo = read_photo(upload.getvalue())
            except PhotoError as error:
                self.error = str(error)
            else:
                self.kept, self.place = Kept(photo, printed(photo), upload.name), None

    def forget(self) -> None:
        self.kept, self.place, self.error = None, None, ""
        self.uploaders += 1
        keep_own_photo(None)


def mine() -> Mine:
    """This session's."""
    return st.session_state.setdefault("your_photo", Mine())


@st.cache_resource(max_entries=1, show_spinner=False)
def example() -> Kept:
    """Of forty rendered photos with both balls, the one that Goals 1 and 2 and the network see best."""
    row = shared.photos(GALLERY_SEED, shared.gallery_order(MIXED, (EXAMPLE,), 1)[:CANDIDATES])
    models = [shared.model(name) for name in ("goal1", "goal2", "network")]
    photo = Photo(row.pixels[clearest(models, row.pixels, row.Y)], "rendered photo", (64, 64))
    return Kept(photo, printed(photo), "rendered")
