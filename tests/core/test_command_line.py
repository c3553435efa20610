"""python -m core as a person and as a script call it."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import core
from core import weights
from core.balls import render
from core.closer_look import LEAN
from core.commands import _parser, main
from core.initialisation import initialise
from core.judging import ANSWERS, judge_pixels
from core.training import Progress
from core.weights import MODELS, WeightsError, load_model, save_network
from tests.core.forked import forked, needs_fork
from tests.core.small_patches import small_network

ROOT = Path(core.__file__).parent.parent
COMMANDS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    for path in sorted(ROOT.glob("core/**/*.py"))
    if '\nif __name__ == "__main__":\n' in path.read_text(encoding="utf-8")
]


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a ball, & näher.png"
    Image.fromarray(render(5, [1], device="cpu").pixels[0].numpy()).save(path)
    return path


def test_json_has_one_object_a_line_in_the_order_of_the_photos(photo, tmp_path, capsys):
    broken, missing = tmp_path / "broken.jpg", tmp_path / "no such file.jpg"
    broken.write_bytes(b"not a picture")
    assert main(["predict", str(photo), str(broken), str(missing), str(photo), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["photo"] for line in lines] == [str(photo), str(broken), str(missing), str(photo)]
    assert list(lines[0]) == list(lines[3]) == ["photo", "goal1", "goal2", "goal3", "network"]
    for name in ANSWERS:  # the last digit depends on a photo's place in its batch
        assert lines[0][name] == pytest.approx(lines[3][name], abs=1e-6)
    assert list(lines[1]) == list(lines[2]) == ["photo", "error"]
    assert all(sentence["error"].endswith(".") for sentence in lines[1:3])
    pixels = np.asarray(Image.open(photo))

    for name, model in ANSWERS.items():
        Y_hat = judge_pixels(load_model(model), torch.from_numpy(pixels[None].copy()))[:, 0].tolist()
        said = lines[0][name] if name != "goal1" else [lines[0][name]]
        assert said == pytest.approx(Y_hat, abs=1e-6)
    assert sum(lines[0]["goal3"]) == pytest.approx(1, abs=1e-5)


def test_plain_text_names_the_photo_and_the_status_tells_of_a_broken_one(photo, tmp_path, capsys):
    assert main(["predict", str(photo)]) == 0
    out = capsys.readouterr().out
    assert str(photo) in out and "soccer 0." in out
    names = [line.split()[0] for line in out.splitlines()[1:]]  # each model that ships
    assert names == ["goal1", "goal2", "goal3", "network", "64-32", "3-2-1"] and len(names) == len(MODELS)
    pixels = torch.from_numpy(np.array(Image.open(photo))[None])
    for name, model in (("network", "patches"), ("64-32", "network"), ("3-2-1", "three_layers")):
        numbers = judge_pixels(load_model(model), pixels)[:, 0].tolist()
        line = next(line for line in out.splitlines() if line.startswith(f"  {name} "))
        said = [float(word) for word in line.split()[2::2]]
        assert said == pytest.approx(numbers, abs=1e-3)
    assert main(["predict", str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"{tmp_path}\n  This is a folder")


def test_ones_own_weights_are_asked_and_measured_too(photo, tmp_path, capsys):
    folder = tmp_path / "photos" / "soccer"
    folder.mkdir(parents=True)
    (folder / "one.png").write_bytes(photo.read_bytes())
    for model, outputs in (("patches", 3), ("goal1", 1)):
        own = tmp_path / f"my {model}.safetensors"
        save_network(own, load_model(model))
        assert main(["predict", str(photo), "--weights", str(own), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert list(said) == ["photo", *ANSWERS, "weights"] and len(said["weights"]) == outputs
        same = said["network"] if model == "patches" else [said["goal1"]]
        assert said["weights"] == pytest.approx(same, abs=1e-3)  # the shipped file holds float16
        assert main(["predict", str(photo), "--weights", str(own)]) == 0
        assert f"  weights  soccer {same[0]:.3f}"[:-1] in capsys.readouterr().out
        assert main(["accuracy", "--photos", str(folder.parent), "--weights", str(own), "--json"]) == 0
        measured = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert measured[-1] == measured[[one["model"] for one in measured].index(model)] | {"model": own.name}


def test_weights_that_cannot_be_asked_about_photos_are_refused(photo, tmp_path, capsys):
    small = tmp_path / "small.safetensors"
    save_network(small, initialise((10, 3)))
    for command in (["predict", str(photo)], ["accuracy", "--photos", str(tmp_path)]):
        assert main([*command, "--weights", str(small)]) == 1
        said = capsys.readouterr()
        assert not said.out and "small.safetensors holds a network from 10 inputs to 3" in said.err
    save_network(small, small_network(patches=((24, 5), (1, 1))))
    assert main(["predict", str(photo), "--weights", str(small)]) == 1
    assert "another network on patches" in capsys.readouterr().err
    assert main(["accuracy", "--weights", str(small)]) == 1
    assert "--weights goes with --photos FOLDER" in capsys.readouterr().err


def test_a_ball_that_is_in_no_test_photo_is_said_in_words(capsys):
    assert main(["accuracy", "--rendered", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 and not any("nan" in line for line in lines)
    assert all(line.endswith("· 1 unseen rendered photo") for line in lines)
    assert (
        "recall soccer not measured (no photo) basketball 0.0% baseball not measured (no photo)" in lines[2]
    )


def test_shipped_weights_that_are_broken_are_told_before_a_photo_is_rendered(tmp_path, capsys, monkeypatch):
    for name in weights.MODELS:
        (tmp_path / f"{name}.safetensors").write_bytes((weights.FOLDER / f"{name}.safetensors").read_bytes())
    (tmp_path / "patches.safetensors").write_bytes(b"no weights")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    monkeypatch.setattr("core.commands.dataset", lambda *_, **__: pytest.fail("they were rendered before"))
    assert main(["accuracy"]) == 1
    assert "patches.safetensors is not a weights file" in capsys.readouterr().err


def test_all_numbers_are_typed_in_the_same_digits(capsys):
    of_train = ("--rendered", "--tested", "--seed", "--epochs", "--rate", "--share", "--save-every")
    for command, option in (("accuracy", "--rendered"), *(("train", option) for option in of_train)):
        with pytest.raises(SystemExit) as stopped:
            main([command, option, "١"])
        said = capsys.readouterr().err
        assert stopped.value.code == 2 and f"{option}: " in said and "in the digits 0 to 9, not '١'" in said


def test_train_writes_what_predict_reads(tmp_path, capsys):
    sizes = ["--rendered", "64", "--tested", "32"]
    assert main(["train", "goal1", "goal3", "goal1", *sizes, "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.count("12,289 parameters") == 1, "a model that is named twice is trained once"
    assert "36,867 parameters" in out and "32 unseen" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["goal1.safetensors", "goal3.safetensors"]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["train", "goal7"], ["train", "--rendered", "0"], ["accuracy", "--device", "gpu"], ["predict"], []),
        *(["predict", "a.jpg", "--device", "meta"], ["accuracy", "--rendered", "9" * 15]),
        *(["train", "patches", "--seed", "9" * 30], ["train", "goal1", "--rendered", "8", "--out", __file__]),
    ],
)
def test_wrong_calls_say_what_is_right(arguments, capsys):
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    assert status in (1, 2)
    assert "python -m core" in capsys.readouterr().err


def test_a_device_that_would_change_nothing_is_refused(tmp_path):
    options = _parser().parse_args(["train", "patches", "--out", str(tmp_path)])
    options.device = torch.device("cuda")
    with pytest.raises(WeightsError, match="patches learn on the CPU"):
        options.run(options)


def test_the_patches_are_told_with_the_lean_that_is_best_for_them(tmp_path, capsys, monkeypatch):
    trained, shifted = small_network(), small_network(above=(4, 3))
    asked = []
    monkeypatch.setattr(
        "core.commands.train_on_patches", lambda plan, seed: iter([Progress(1, 1, 0.7, trained)])
    )
    monkeypatch.setattr("core.commands.balanced", lambda network, plan: asked.append(network) or shifted)
    monkeypatch.setattr("core.commands.best_lean", lambda network, plan: asked.append(network) or 0.1234)
    monkeypatch.setattr("core.commands._measured", lambda *_: "measured")
    monkeypatch.setattr("core.commands.keep_freed_memory", lambda: None)  # for the whole process
    assert main(["train", "patches", "--rendered", "8", "--tested", "1", "--out", str(tmp_path)]) == 0
    assert asked[0] is trained and asked[1] is shifted
    assert f"c = 0.123 is best, core/closer_look.py has {LEAN}" in capsys.readouterr().out
    assert (tmp_path / "patches.safetensors").is_file()


def test_whoever_stops_a_command_gets_a_sentence(photo, capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.commands.judge", stopped)
    assert main(["predict", str(photo)]) == 1
    assert capsys.readouterr().err.endswith("python -m core: stopped\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN])
@pytest.mark.parametrize("module", COMMANDS)
def test_whoever_stops_it_while_torch_is_imported_sees_no_traceback(module, handler, tmp_path):
    """A job in the background, for which Ctrl-C is ignored, goes on: it reads a line."""
    (tmp_path / "torch.py").write_text("print('here', flush=True)\ninput()\nraise SystemExit(7)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, handler),
    )
    with process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate("\n" if handler == signal.SIG_IGN else None, timeout=30)
    assert (process.returncode, said) == (7 if handler == signal.SIG_IGN else -signal.SIGINT, "")


def as_a_module(module):
    return f"import runpy; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"


@needs_fork
@pytest.mark.parametrize("module", COMMANDS)
def test_whoever_stops_it_later_is_told(module):
    """Who has read the arguments says so here, and waits."""
    script = f"""
import argparse
def asked(*_):
    print('here', flush=True)
    input()
argparse.ArgumentParser.parse_args = asked
{as_a_module(module)}
"""
    with forked(script, module) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", f"\npython -m {module}: stopped\n")
    assert process.returncode == 1


def test_what_can_not_be_written_is_told_before_the_training(tmp_path, monkeypatch, capsys):
    (tmp_path / "goal3.safetensors").mkdir()
    monkeypatch.setattr("core.commands.train", lambda *_, **__: pytest.fail("it was trained before"))
    assert main(["train", "goal1", "goal3", "--out", str(tmp_path)]) == 1
    assert "goal3.safetensors is there and is no file" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert main(["train", "goal1", "--out", str(tmp_path / "file" / "folder")]) == 1
    assert "python -m core: " in capsys.readouterr().err


def test_memory_that_does_not_suffice_is_told_and_a_fault_of_ours_is_not_hidden(photo, capsys, monkeypatch):
    monkeypatch.setattr("core.commands.judge", lambda *_: torch.empty(1 << 50))
    assert main(["predict", str(photo)]) == 1
    assert capsys.readouterr().err == "python -m core: there is not enough memory\n"
    monkeypatch.setattr("core.commands.judge", lambda *_: torch.zeros(2) + torch.zeros(3))
    with pytest.raises(RuntimeError, match="size of tensor"):
        main(["predict", str(photo)])


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("arguments", [["--help"], ["predict", "PHOTO"], ["predict", "PHOTO", "--json"]])
def test_a_full_disk_under_the_answer_is_a_sentence_and_a_status(arguments, photo):
    """Python would tell of it when it ends, as of an exception that it ignores, with the status 120."""
    command = [str(photo) if word == "PHOTO" else word for word in arguments]
    with (
        open("/dev/full", "w") as full,
        forked(as_a_module("core"), "core", *command, stdout=full) as process,
    ):
        _, said = process.communicate()
    assert (process.returncode, said) == (1, "python -m core: [Errno 28] No space left on device\n")


@needs_fork
def test_a_reader_who_has_gone_is_a_sentence_and_a_status(photo):
    reader, writer = os.pipe()
    os.close(reader)
    arguments = ("core", "predict", str(photo))
    with open(writer, "w") as nobody, forked(as_a_module("core"), *arguments, stdout=nobody) as process:
        _, said = process.communicate()
    assert process.returncode == 1 and said.startswith("python -m core: [Errno 32]")
    assert said.count("\n") == 1


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize(("arguments", "status"), [(["accuracy", "--json"], 1), (["accuracy", "--seed"], 2)])
def test_where_nothing_can_be_told_the_status_tells(arguments, status):
    with (
        open("/dev/full", "w") as full,
        forked(as_a_module("core"), "core", *arguments, stderr=full) as process,
    ):
        assert process.wait() == status


@needs_fork
def test_threads_that_are_still_at_work_do_not_hold_up_the_end():
    """Those that a second Ctrl-C leaves: Python would wait for them or, worse, be taken down around them."""
    script = f"""
import core.commands, threading, time
core.commands.main = lambda: threading.Thread(target=time.sleep, args=(600,)).start() or 1
{as_a_module("core")}
"""
    with forked(script, "core") as process:
        assert process.communicate() == ("", "")
    assert process.returncode == 1


def test_answers_that_are_no_numbers_are_said_so_and_null_in_json(photo, tmp_path, capsys):
    network = load_model("goal3")
    network.layers[0].W.fill_(3e38)
    save_network(tmp_path / "far.safetensors", network)
    assert main(["predict", str(photo), "--weights", str(tmp_path / "far.safetensors"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert said["weights"] == [None] * 3 and None not in said["goal3"]
    assert main(["predict", str(photo), "--weights", str(tmp_path / "far.safetensors")]) == 0
    said = capsys.readouterr().out
    assert "baseball no number (the weights are too large)" in said and "nan" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
def test_a_name_moves_no_cursor_whatever_is_said_of_it(photo, tmp_path, capsys):
    red = "\x1b[31m\r\x9b2Jball"
    folder = tmp_path / f"{red} photos"
    for name in ("soccer", "none\n"):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{red}.png").write_bytes(photo.read_bytes())
        (folder / name / f"{red} broken.png").write_bytes(b"no photo")
    there, own = folder / "soccer" / f"{red}.png", tmp_path / f"{red}.safetensors"
    train = ["train", "goal2", "--photos", str(folder), "--out", str(own), "--share", "0", "--epochs", "1"]
    assert main(train) == 0
    assert main(["accuracy", "--photos", str(folder), "--weights", str(own)]) == 0
    assert main(["predict", str(there), str(folder / "soccer" / f"{red} broken.png")]) == 1
    assert main(["predict", str(there), "--weights", str(tmp_path / f"{red}.gone")]) == 1
    assert main(["accuracy", "--photos", str(tmp_path / red)]) == 1
    said = capsys.readouterr()
    for stream, steering in ((said.out, "\x1b\r\x9b"), (said.err, "\x1b\x9b")):  # \r: of the progress bars
        assert not set(steering) & set(stream) and "\\x1b[31m\\r\\x9b2Jball" in stream
    assert main(["predict", str(there), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["photo"] == str(there)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file's name is text")
def test_a_name_that_is_no_text_is_printed_and_a_closed_stream_does_no_harm(photo, tmp_path, monkeypatch):
    path = tmp_path / os.fsdecode(b"ball\xff.jpg")
    path.write_bytes(photo.read_bytes())
    with io.BytesIO() as bytes_out, io.TextIOWrapper(bytes_out, encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", None)
        assert main(["predict", str(path)]) == 0
        out.flush()
        assert b"ball\\udcff.jpg" in bytes_out.getvalue()
        assert main(["predict", str(path), "--json"]) == 0
        out.flush()
        assert json.loads(bytes_out.getvalue().splitlines()[-1])["photo"].endswith("ball?.jpg")


def test_it_runs_as_a_module(photo):
    done = subprocess.run(
        [sys.executable, "-m", "core", "predict", str(photo), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(done.stdout)) == {"photo", *ANSWERS}
