"""House prices: a network that a person wired, and one that was left to find its own features."""

from functools import partial

import streamlit as st

from core.activations import ACTIVATIONS
from core.experiments.black_box import correlation, hidden, over_seeds, together
from core.house_networks import BATCH_SIZE
from core.houses import CONCEPTS
from ui import jobs
from ui.figures.house_errors import house_errors
from ui.fragments import fragment
from ui.house_prices.agreement import agreement, who_agrees
from ui.house_prices.board import board, house_of_link
from ui.house_prices.errors import errors, unfinished, what_errors_say
from ui.house_prices.networks import (
    SEEN,
    UNSEEN,
    another_start,
    choose,
    many_key,
    pair_of,
    train,
    training,
    world,
)
from ui.house_prices.seeds import seeds_so_far
from ui.words import listed

TRAININGS = 20

st.title("House prices")
st.markdown(
    "What does a house cost, given its **size, bedrooms, zip code** and the **wealth** of the neighbourhood? "
    "A person would say why: family size, walkability, school quality. A fully connected network is told "
    "nothing but prices and finds its own features: **end-to-end learning, a black box**."
)

house_of_link()

# ---- two networks --------------------------------------------------------------------------------

st.header("Wired by hand, and fully connected")
with st.container(key="house_prices_two"):
    st.markdown(
        f"Both learn from the same {SEEN:,} simulated houses and are told their prices, never a concept. "
        "They differ in the wires, in how those start and, if you like, in the number of **hidden units**, "
        "another name for hidden neurons. Where the person drew no wire, $W^{[1]}$ has a zero, and training "
        "leaves it there."
    )
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    choice = choose()
with st.container(horizontal=True, gap="medium"):
    job = training(choice)
    running = jobs.button(
        job, "Train again", ":material/replay:", "house_prices_train", on_click=train, args=(choice,)
    )
    st.button("Another start", icon=":material/casino:", on_click=another_start, key="house_prices_next")
polled = jobs.still_polled(job, running)


@fragment(run_every=0.25 if polled else None)
def two_networks() -> None:
    job = training(choice)
    jobs.say(job)
    pair = pair_of(job, choice)
    with st.container(key="house_prices_progress"):
        st.progress(pair.step / pair.steps, text=f"Both networks: step {pair.step:,} of {pair.steps:,}")
    board(pair, key="house_prices_board")
    jobs.rerun_when_over(job, polled)


two_networks()
with st.expander("How the houses are simulated, and what the networks are given"):
    st.markdown(
        "- family size = 1 + min(bedrooms, size / 30) persons\n"
        "- walkability = 100 · exp(−(zip − 1) / 3) points\n"
        "- school quality = 10 · σ((wealth − 70) / 15 + (zip − 5) / 3) points\n"
        "- price = family size · (40 + 0.8 · walkability + 10 · school quality) k€, "
        "plus noise with a spread of 25 k€\n\n"
        "**Zip code** is a name, not a quantity. Here the nine codes are numbered outwards from the centre, "
        "and that number is the input: a person has already put knowledge into it. Real codes would enter "
        "as one input of 0 or 1 each.\n\n"
        "**Normalised**: both networks are given (x − mean) / spread of each input over the training houses, "
        "and learn the price in the same way; what is shown is back in k€.\n\n"
        f"Squared error on an identity output, Adam, batches of {BATCH_SIZE}."
    )

# ---- agreement -----------------------------------------------------------------------------------

st.header("Has a hidden unit found a concept?")
bars = [f"{r:.2f} for {c.name}" for c, r in zip(CONCEPTS, world().to_beat, strict=True)]
st.markdown(
    f"The correlation $r$ of each hidden unit with each concept, over {UNSEEN:,} houses that no training "
    "saw. A single input already resembles a concept. We say that a unit *agrees* where its $|r|$ beats "
    f"that of the best input, the *bar*: {listed(bars)}."
)


@fragment(run_every=0.5 if running else None)
def units_and_concepts() -> None:
    pair = pair_of(training(choice), choice)
    agreement(pair, key="house_prices_agreement")
    if pair.done:
        A, C = hidden(pair.full, world().scale, world().unseen.X), world().unseen.C
        st.markdown(who_agrees(correlation(A, C), together(A, C)))
    elif not running:
        st.caption(unfinished(pair, running))


units_and_concepts()
st.caption(
    "Each unit wired by hand sees the inputs of one concept alone: there is little else for it to find. "
    "*All together*: the best linear mix of all units."
)

# ---- errors --------------------------------------------------------------------------------------

st.header("Which one prices better?")
st.markdown(
    f"The root mean squared error (RMSE) on the same {UNSEEN:,} unseen houses, against the prices paid."
)
pair = pair_of(job, choice)
if pair.done:
    off = errors(pair)
    figure, alt = house_errors(off)
    st.plotly_chart(figure, alt=alt, config={"displayModeBar": False}, key="house_prices_errors")
    st.markdown(what_errors_say(off))
    st.caption(
        "In the simulated price family size multiplies what the other two concepts add up to: a good school "
        "is worth more to a larger family. Each unit of the hand-wired network sees the inputs of one "
        "concept, and the price is a sum of units, which knows no products; the units of the other network "
        "see all inputs together."
    )
else:
    st.caption(unfinished(pair, running))

# ---- many trainings ------------------------------------------------------------------------------

st.header("Is it always so?")
st.markdown(
    f"Other random starts, other units. Train the fully connected network {TRAININGS} times, with the hidden "
    "units and the activation chosen above, and see how often some unit agrees with each concept."
)
many, activation = many_key(choice), ACTIVATIONS[choice.activation]
work = partial(over_seeds, world().seen, world().unseen, choice.k, activation, range(TRAININGS))
counting = jobs.button(
    jobs.current(many),
    f"Train {TRAININGS} times",
    ":material/repeat:",
    "house_prices_many",
    args=(many, work),
)
jobs.follow(many, counting, seeds_so_far, every=0.5)
st.markdown(
    "**End to end**: from the inputs straight to the price, no concept in between was asked for. "
    "**A black box**: how its hidden layer does its part cannot simply be read off it."
)
