"""`kbtui plan` from the command line: the three questions, formats, exit codes, refusals."""

import json

import pytest

from kbtui.cli import main


def run(capsys, *words):
    code = main(["plan", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_buying(capsys):
    code, out, _ = run(
        capsys, "train-pytorch", "--no-live", "--set", "gpu.model=RTX 5090", "--set", "psu.watts=850", "--set", "case.gpu_length_mm=300"
    )  # fmt: skip
    assert code == 1
    assert "x fails   supply: at least 1000 W rated; 850 W (--set) (-150 W)" in out
    assert "psu-undersized" in out
    assert "\x1b" not in out


def test_installing_honours_minor_version_compatibility(capsys):
    _, out, _ = run(
        capsys, "train-pytorch", "--no-live", "--set", "gpu.model=RTX 4090", "--set", "driver.version=535.104.05", "--set", "torch.cuda_version=12.4"
    )  # fmt: skip
    assert "Legal by minor-version compatibility" in " ".join(out.split())
    assert "--index-url https://download.pytorch.org/whl/cu124" in out


def test_running(capsys):
    code, out, _ = run(
        capsys, "fine-tune", "--no-live", "--model", "llama-3-70b", "--method", "qlora", "--gpus", "4x RTX 3090"
    )
    assert code == 3
    assert "tight   memory:" in out
    assert "sharded over the cards (FSDP)" in out


def test_json_is_the_documented_object(capsys):
    _, out, _ = run(capsys, "train-pytorch", "--no-live", "--gpus", "RTX 4090", "--json")
    plan = json.loads(out)
    assert plan["schema"] == "kbtui.plan/1"
    assert {
        "goal",
        "as_of",
        "machine",
        "cards",
        "verdict",
        "lines",
        "picks",
        "steps",
        "estimate",
        "changes",
        "shopping",
        "notes",
    } <= set(plan)
    assert set(plan["lines"][0]) == {
        "area",
        "name",
        "requirement",
        "value",
        "state",
        "margin",
        "origin",
        "prevents",
        "why",
        "question",
        "fact",
    }


@pytest.mark.parametrize(("kind", "begins"), [("md", "# Plan:"), ("html", "<!doctype html>"), ("json", "{")])
def test_formats(capsys, kind, begins):
    _, out, _ = run(capsys, "serve", "--no-live", "--gpus", "RTX 4090", "--format", kind)
    assert out.startswith(begins)


def test_two_plans_side_by_side(capsys):
    code, out, _ = run(
        capsys, "train-pytorch", "--no-live", "--set", "gpu.model=RTX 5090", "--set", "psu.watts=850", "--versus", "psu.watts=1200"
    )  # fmt: skip
    assert code == 0
    assert "psu.watts=1200 is the one. What decides: supply." in out


def test_cards_side_by_side_within_a_budget(capsys, tmp_path):
    listed = tmp_path / "prices"
    listed.write_text("RTX 3090, 700\nRTX 4090, 1800\n")
    _, out, _ = run(
        capsys,
        "fine-tune",
        "--no-live",
        "--compare",
        "RTX 3090",
        "RTX 4090",
        "--prices",
        str(listed),
        "--budget",
        "1000",
    )
    assert "RTX 3090 is the one. What decides: price." in out


def test_the_past_looks_at_no_machine(capsys):
    _, out, _ = run(
        capsys, "train-theano", "--as-of", "2015-12", "--gpus", "GTX 770 4GB", "--set", "psu.watts=500", "--json"
    )
    assert json.loads(out)["machine"] == "none"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train-pytorch", "--no-live", "--gpus", "RTX 9090"], "did you mean"),
        (["first TensorFlow"], "did you mean train-tensorflow?"),
        (["make coffee"], "goals: "),
        (["train-pytorch", "--no-live", "--gpus", "RTX 4090", "--method", "qlorra"], "did you mean qlora?"),
        (["train-pytorch", "--no-live", "--set", "psu.watts=-1"], "at least 1"),
        (["train-pytorhc", "--no-live"], "train-pytorch"),
        (["fine-tune", "--no-live", "--gpus", "RTX 3090", "--model", "lama-3-8b"], "llama-3-8b"),
        (["train-pytorch", "--no-live", "--box", "story-2051"], "story-2015"),
        (["train-pytorch", "--no-live", "--gpus", "0x RTX 3090"], "1 to 64"),
        (["fine-tune", "--no-live", "--gpus", "RTX 3090", "--model", "llama-3-8b", "--method", "qlor"], "qlora"),
        (["fine-tune", "--no-live", "--gpus", "RTX 3090", "--model", "llama-3-8b", "--precision", "bf61"], "bf16"),
        (["fine-tune", "--no-live", "--gpus", "RTX 3090", "--model", "llama-3-8b", "--batch", "0"], "at least 1"),
        (["train-pytorch", "--no-live", "--set", "psu.wats=5"], "psu.watts"),
        (["train-pytorch", "--as-of", "2015"], "2015-12"),
        (["train-pytorch", "--as-of", "2015-12", "--gpus", "GTX 1080"], "2016-05"),
    ],
)
def test_nonsense_is_refused(capsys, words, said):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert said in err


def test_chinese_says_it_in_chinese_and_keeps_the_values(capsys):
    code, out, _ = run(
        capsys, "train-pytorch", "--no-live", "--gpus", "RTX 5090", "--set", "psu.watts=850", "--lang", "zh"
    )
    assert code == 1
    assert "x 不行      电源功率: 额定功率至少 1000 W; 850 W（--set） (-150 W)" in out
    assert "电源功率带不动这张显卡 (psu-undersized)" in out
    assert "$ sudo apt update" in out


def test_json_is_the_same_in_both_languages(capsys):
    words = ("train-pytorch", "--no-live", "--gpus", "RTX 5090", "--json")
    assert run(capsys, *words, "--lang", "zh")[1] == run(capsys, *words)[1]


@pytest.mark.parametrize(
    ("kind", "begins"), [("md", "# Plan:"), ("html", "<!doctype html>"), ("text", "# Plan:"), ("json", "{")]
)
def test_a_list_is_written_to_a_file(capsys, tmp_path, kind, begins):
    file = tmp_path / "list"
    code, out, _ = run(capsys, "serve", "--no-live", "--gpus", "RTX 4090", "--format", kind, "-o", str(file))
    assert (code, out) == (3, "")
    assert file.read_text().startswith(begins)


def test_problems_stand_in_a_list_by_title_and_id(capsys):
    _, out, _ = run(capsys, "serve", "--no-live", "--gpus", "RTX 4090", "--format", "md")
    assert "The power supply is too small for this card (psu-undersized)" in out


def test_a_box_and_what_is_known_of_the_very_card(capsys):
    _, out, _ = run(
        capsys, "train-theano", "--box", "story-2015", "--as-of", "2015-12", "--compare", "GTX 770 4GB; gpu.length_mm=276", "GTX 960 4GB; gpu.length_mm=229; gpu.plugs=2x 6-pin"
    )  # fmt: skip
    assert "fails: 276 mm (measured or stated) / 270 mm (box story-2015) (-6 mm)" in out
    assert "fine: 229 mm (measured or stated) / 270 mm (box story-2015) (+41 mm)" in out
    assert "fine: 2x 6-pin / 2x 6-pin (box story-2015)" in out


def test_the_next_question_stands_before_the_lines(capsys):
    _, out, _ = run(capsys, "train-pytorch", "--no-live", "--gpus", "RTX 4090")
    first = next(line for line in out.splitlines() if line.startswith("First: "))
    assert first.count("?") == 1
    assert "--set cpu.cores=..." in first
