"""Your photo, without a browser: an example at first, one's own photo, a broken one, what the models say."""

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.balls import GALLERY_SEED, render
from core.heads import probabilities
from core.photos import read_photo
from core.weights import SHIPPED, load_model
from tests.core.photo_corpus import encode, picture
from ui import crop
from ui.crop import Place, printed
from ui.your_photo import Answer, ask, clearest, described, percent


@pytest.fixture
def app(open_page) -> AppTest:
    return open_page("your_photo")


def rendered() -> np.ndarray:
    return render(GALLERY_SEED, [5], device="cpu").pixels[0].numpy()


def test_an_example_stands_there_until_a_photo_is_chosen(app: AppTest) -> None:
    assert app.title[0].value == "Your photo"
    assert "example" in app.info[0].value
    assert "own_photo" not in app.session_state


def test_ones_own_photo_is_kept_for_the_other_pages(app: AppTest) -> None:
    data = encode(picture("RGB", 300, 400), "JPEG")
    app.file_uploader[0].upload("ball.jpg", data, "image/jpeg").run()
    assert not app.exception and not app.error and not app.info
    assert "ball.jpg: JPEG, 400 × 300 pixels" in [text.value for text in app.text]
    np.testing.assert_array_equal(app.session_state["own_photo"], read_photo(data).crop())


def test_a_broken_file_takes_nothing_away(app: AppTest) -> None:
    data = encode(picture("RGB", 300, 400), "JPEG")
    app.file_uploader[0].upload("ball.jpg", data, "image/jpeg").run()
    app.file_uploader[0].upload("broken.jpg", data[:900], "image/jpeg").run()
    assert not app.exception
    assert app.error[0].value.startswith("The JPEG file ends too early")
    assert "still here" in app.error[0].value
    assert "ball.jpg: JPEG, 400 × 300 pixels" in [text.value for text in app.text]
    np.testing.assert_array_equal(app.session_state["own_photo"], read_photo(data).crop())


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG drawing"),
        ("photos.zip", b"PK\x03\x04" + bytes(60), "This is a ZIP archive"),
        ("letter", b"Dear reader, this is no photo.", "This is a text"),
    ],
)
def test_whatever_its_name_a_wrong_file_is_refused_in_a_sentence(
    app: AppTest, name: str, data: bytes, said: str
) -> None:
    assert not app.file_uploader[0].proto.type, "the browser would refuse it, and without a word"
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    assert app.error[0].value.startswith(said)


def test_a_broken_file_first(app: AppTest) -> None:
    app.file_uploader[0].upload("empty.png", b"", "image/png").run()
    assert "The file is empty" in app.error[0].value
    assert "example" in app.info[0].value


def test_a_photo_is_forgotten(app: AppTest) -> None:
    app.file_uploader[0].upload("ball.png", encode(picture(), "PNG"), "image/png").run()
    assert "own_photo" in app.session_state
    next(button for button in app.button if button.label == "Forget this photo").click().run()
    assert not app.exception
    assert "own_photo" not in app.session_state
    assert "example" in app.info[0].value


def test_a_name_is_text(app: AppTest) -> None:
    name = "<img src=x onerror=alert(1)> **bold** $x$ :red[r] [l](http://a.invalid).png"
    app.file_uploader[0].upload(name, encode(picture(), "PNG"), "image/png").run()
    shown = [text.value for text in app.text]
    assert any(value.startswith("<img src=x onerror=alert(1)> **bold**") for value in shown)
    for element in [*app.markdown, *app.caption, *app.info, *app.error]:
        assert "onerror" not in element.value


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ({}, Place(0.5, 0.5, 1.0)),
        ({"x": "0.3", "y": "0.75", "zoom": "2.5"}, Place(0.3, 0.75, 2.5)),
        ({"x": "-4", "y": "9", "zoom": "1000"}, Place(0.0, 1.0, 8.0)),
        ({"x": "nan", "y": "<b>", "zoom": "inf"}, Place(0.5, 0.5, 1.0)),
    ],
)
def test_the_frame_in_the_link(
    link: dict[str, str], expected: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crop.st, "query_params", link)
    assert crop.place_and_link("nowhere", "any photo") == expected


def test_a_print_is_small_and_looks_like_the_photo() -> None:
    photo = read_photo(encode(picture("RGB", 1500, 2000), "PNG"))
    shown = printed(photo)
    again = read_photo(shown.data)
    assert max(again.pixels.shape) == 720 and shown.kind == "image/jpeg"
    assert np.abs(again.crop().astype(int) - photo.crop()).max() <= 8
    small = read_photo(encode(picture("RGB", 64, 64), "PNG"))
    np.testing.assert_array_equal(read_photo(printed(small).data).pixels, small.pixels)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_model_says_is_what_core_says(name: str) -> None:
    photo, model = rendered(), load_model(name)
    answer = ask(name, model, photo)
    expected = probabilities(model, torch.from_numpy(photo))[:, 0]
    torch.testing.assert_close(torch.from_numpy(answer.p), expected)
    if name != "network":  # a neuron's evidence and its b add up to z
        torch.testing.assert_close(
            torch.from_numpy(answer.evidence.sum(axis=(1, 2)) + answer.b),
            torch.from_numpy(answer.z),
            atol=1e-3,
            rtol=1e-4,
        )


def said(model: str, *p: float) -> str:
    numbers = np.array(p, np.float32)
    return Answer(model, numbers, numbers, numbers, np.zeros((len(p), 64, 64), np.float32)).sentence


def test_sentences() -> None:
    assert said("goal1", 0.9) == "Goal 1 says: a soccer ball."
    assert said("goal1", 0.1) == "Goal 1 says: no soccer ball."
    assert said("goal2", 0.9, 0.1, 0.8) == "Goal 2 says: soccer ball and baseball."
    assert said("goal2", 0.9, 0.8, 0.8) == "Goal 2 says: soccer ball, basketball and baseball."
    assert said("goal2", 0.1, 0.1, 0.1) == "Goal 2 says: none of the three balls."
    assert said("goal3", 0.3, 0.36, 0.34) == "Goal 3 says: basketball."
    assert [percent(p) for p in (0.0, 0.004, 0.5, 0.973, 0.999)] == [
        "< 1 %",
        "< 1 %",
        "50 %",
        "97 %",
        "> 99 %",
    ]


def test_every_card_has_its_pictures_and_words() -> None:
    header, pictures = described([ask(name, load_model(name), rendered()) for name in SHIPPED])
    assert [len(model["neurons"]) for model in header["models"]] == [1, 3, 3, 3]
    assert pictures.shape == (10, 64, 64, 3)
    places = [neuron["at"] for model in header["models"] for neuron in model["neurons"]]
    assert places == [picture * 64 * 64 * 3 for picture in range(10)]
    assert all(neuron["alt"] for model in header["models"] for neuron in model["neurons"])


def test_the_clearest_photo() -> None:
    photos = render(GALLERY_SEED, range(12), device="cpu")
    models = [load_model("goal1"), load_model("goal2")]
    best = clearest(models, photos.pixels.numpy(), photos.Y.numpy())
    first, three = (probabilities(model, photos.pixels) for model in models)
    margins = [
        min(
            (2 * y - 1) * (p - 0.5)
            for y, p in zip((*photos.Y[:, i], photos.Y[0, i]), (*three[:, i], first[0, i]), strict=True)
        )
        for i in range(12)
    ]
    assert best == int(torch.stack(margins).argmax())
