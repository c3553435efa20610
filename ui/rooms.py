"""How high each component will be, while its scripts are on their way: what is below it does not move later.

A phone in a crowded Wi-Fi waits seconds for them. The room is that of a page as it is first opened, the least
in a band of widths; a component that is drawn (assets/components/fetched.js) takes what it needs.
python -m tools.rooms measures them anew; tests/browser/test_every_page.py holds them.
"""

# Up to these widths of the window, in pixels: a phone, a tablet, a laptop or a projector, a lecture hall.
BANDS = (640, 1024, 1920, None)
MEASURED = ((320, 360, 390), (820,), (1280,), (1920,))  # widths

ROOMS = {  # key of the component → its height in each band, in pixels
    "why_now_rates": (565, 468, 548, 625),
    "why_now_curves": (516, 444, 524, 625),
    "one_ball_photo": (181, 112, 121, 154),
    "one_ball_neuron": (3027, 3035, 868, 1234),
    "one_ball_descent": (1038, 1020, 290, 378),
    "three_balls_photo": (214, 145, 154, 196),
    "three_balls_neurons": (1405, 920, 725, 995),
    "three_balls_logits": (446, 404, 235, 294),
    "three_balls_recall": (522, 471, 471, 532),
    "goal3_photo": (197, 128, 138, 175),
    "goal3_steps": (360, 218, 199, 248),
    "goal3_board": (1441, 1354, 769, 934),
    "goal3_two": (197, 128, 141, 175),
    "goal3_best": (1074, 1086, 602, 753),
    "goal3_derivatives": (1419, 1358, 768, 956),
    "training-figure": (1663, 1729, 796, 1025),
    "training_photo": (197, 128, 138, 175),
    "training_confusion": (621, 587, 445, 535),
    "training_numbers": (428, 372, 294, 320),
    "take_away": (92, 40, 40, 50),
    "take_away-link": (67, 50, 50, 62),
    "hidden_photo": (197, 128, 138, 175),
    "hidden_first": (494, 452, 770, 1111),
    "hidden_first_card": (846, 825, 847, 1064),
    "hidden_first_layers": (523, 518, 270, 331),
    "hidden_patches": (1726, 839, 972, 1439),
    "hidden_flow": (1119, 1098, 824, 1031),
    "hidden_later": (514, 452, 730, 1060),
    "hidden_later_card": (1018, 934, 1022, 1196),
    "hidden_climb": (452, 452, 687, 1060),
    "hidden_climb_card": (434, 588, 461, 634),
    "hidden_off_1": (643, 540, 816, 1221),
    "hidden_off_answer": (309, 309, 309, 385),
    "hidden_why": (1172, 1013, 460, 549),
    "random_starts": (832, 1069, 559, 844),
    "house_prices_board": (2149, 1912, 1033, 1226),
    "house_prices_agreement": (746, 697, 474, 532),
    "propagation_photo": (181, 112, 121, 154),
    "propagation_heart": (2377, 2075, 1392, 1760),
    "broadcasting_stretch": (1486, 1529, 627, 847),
    "broadcasting_back": (462, 417, 277, 319),
    "broadcasting_shapes": (1010, 688, 688, 852),
    "broadcasting_NumPy": (88, 88, 67, 84),
    "broadcasting_PyTorch": (88, 110, 88, 84),
    "broadcasting_times": (347, 407, 407, 509),
    "your_photos_frame": (570, 442, 550, 665),
    "your_photo_answers": (1970, 2119, 1159, 1213),
}

# Streamlit's own knobs are lower before their scripts have come than with their label, in any window.
CHOICES = (
    "balls", "rate", "steps", "moving", "three_balls-order", "baseballs", "seeds", "layer", "paths",
    "climb_layer", "climb_smooth", "climb_start", "off_layer", "off_says", "starts_bend",
    "training-optimiser", "training-lanes", "training-layers", "training-init", "units", "bend", "start", "m",
    "columns", "timed", "runs",
)  # fmt: skip
SLIDERS = (  # and fields, which are as high
    "w2_change", "training-learning_rate", "training-batch_size", "training-l2", "training-two",
    "training-none", "training-seed", "a", "b",
)  # fmt: skip
KNOBS = {"3.75rem": CHOICES, "4.25rem": SLIDERS}
# And narrower: these stand in a row high on their page, in which on a phone each will have a line of its own.
WIDTHS = {  # on a phone, the least; and beyond it
    "units": ("14.7rem", "18.1rem"),
    "bend": ("12.6rem", "14.1rem"),
    "house_prices_train_button": ("6rem", "6rem"),
    "house_prices_next": ("8.3rem", "8.3rem"),
}
# So are, if they stand high on their page, Streamlit's places for files (a part of their key) and words whose
# formulas take a script (in a container with this key). In each band, in pixels, as above.
UPLOADERS = {"your_photos_files": (149, 96, 96, 120)}
PARAGRAPHS = {"why_now_step": (102, 76, 51, 64), "house_prices_two": (179, 102, 76, 64)}
# Its grey line is higher than what it stands for: a link to a page, half of which lies in the gaps around it,
# or a bar with its words. In a container with this key it is as high as that.
LOWER = {"hidden_way": "1.25rem", "house_prices_progress": "2.0625rem"}
CHOICES_ALONE = ("from",)  # without a label, and lower than what stands there before

WORDS_TO_COME = "[data-testid=stMarkdownContainer]:has(> [data-testid=stSkeleton])"
DROPZONE = "[data-testid=stFileUploaderDropzone]"
# In the theme's secondaryBackgroundColor.
COMING = "@keyframes awaited { to { background-color: light-dark(#f3f1ec, #222830); } }"


def room_styles() -> str:
    """As a style sheet: to the element of each component, which Streamlit gives the key as a class.

    Where the scripts take longer than a moment, it is seen that something is on its way.
    """
    awaited = ", ".join(f".st-key-{key}:not([data-there])" for key in ROOMS)
    least, rules = 0, [awaited + " { border-radius: 0.5rem; animation: awaited 0.5s 0.8s both; }", COMING]
    for i, most in enumerate(BANDS):
        until = "" if most is None else f" and (max-width: {most - 0.02:g}px)"
        rules.append(f"@media (min-width: {least}px){until} {{")
        for key, heights in ROOMS.items():
            rules.append(f".st-key-{key}:not([data-there]) {{ min-height: {heights[i]}px; }}")
        for part, heights in UPLOADERS.items():
            rules.append(f"[class*=st-key-{part}] {{ min-height: {heights[i]}px; }}")
        for key, heights in PARAGRAPHS.items():  # of which Streamlit lets the last 1rem stand out below
            rules.append(f".st-key-{key} {WORDS_TO_COME} {{ min-height: calc({heights[i]}px + 1rem); }}")
        wide = least >= BANDS[0]
        if wide:  # where Streamlit has it in two lines until it has been measured
            rules += [f"[class*=st-key-{part}] {DROPZONE} {{ flex-direction: row; }}" for part in UPLOADERS]
        rules += [f".st-key-{key} {{ min-width: {width[wide]}; }}" for key, width in WIDTHS.items()]
        rules.append("}")
        least = most or least
    for height, keys in KNOBS.items():
        rules.append(", ".join(f".st-key-{key}" for key in keys) + f" {{ min-height: {height}; }}")
    rules += [f".st-key-{key} {{ height: 2rem; }}" for key in CHOICES_ALONE]
    rules += [f".st-key-{key} [data-testid=stSkeleton] {{ height: {high}; }}" for key, high in LOWER.items()]
    return "\n".join(rules)
