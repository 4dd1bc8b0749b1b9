"""A plan in Chinese: every sentence has its twin, and values stay what they are."""

import itertools
import re

import msgspec
import pytest

from kbtui.planner import compare, page, paper, show, tongue
from kbtui.planner.tongue import Tongue
from kbtui.planner.words import EN, ZH, Words

CARDS = (
    "RTX 5090",
    "GTX 770 4GB",
    "GTX 1080",
    "Tesla P40",
    "4x RTX 3090",
    "Tesla K80",
    "H100 SXM5 80 GB",
    "GeForce GT 1030",
    "GTX 960",
)
GOALS = ("train-pytorch", "serve-vllm", "train-tensorflow", "use-cupy", "train-jax", "train-theano", "fine-tune")
FULL = (
    "psu.watts=1600", "psu.atx=3.1", "psu.plugs=1x 16-pin,4x 8-pin", "case.gpu_length_mm=310", "case.gpu_slots=4", "board.slot_lanes=8", "board.slot_gen=3",
    "mains.volts=120", "mains.amps=15", "cpu.cores=16", "ram.total_gib=64", "firmware.above_4g=false", "firmware.resizable_bar=false", "machine.form=desktop",
    "secure_boot.enabled=true", "os.id=ubuntu", "os.version=24.04", "psu.age_years=12", "cpu.has_avx=false",
)  # fmt: skip
POOR = ("psu.watts=400", "psu.atx=2.4", "psu.plugs=1x 6-pin", "case.gpu_length_mm=200", "board.slot_lanes=1", "machine.form=server", "secure_boot.enabled=true", "os.id=debian", "os.version=13")  # fmt: skip
CODE = re.compile(
    r"python -c .*|THEANO_FLAGS=.*|sudo apt update|`[^`]*`|/\S+|nvidia-driver-\S+|non-free\S*|apt-cache|DeepSpeed \w+|BAR can't assign|\S+\([^)]*\)"
)
"""What stays English in a Chinese sentence: commands, files, packages, a kernel message."""


@pytest.fixture(scope="module")
def say():
    return Tongue()


def plans(plan):
    for card, goal in itertools.product(CARDS, GOALS):
        yield plan(goal, gpus=card)
    for card in CARDS:
        yield plan("train-pytorch", *FULL, gpus=card, model="llama-3-8b", method="full")
        for method in ("lora", "qlora", "inference", "zero2", "ddp"):
            yield plan("fine-tune", *POOR, gpus=card, model="llama-3-70b", method=method, batch=2)
    for day, card, goal in itertools.product(
        ("2015-12", "2018-03", "2021-05"), ("GTX 770 4GB", "GTX 960 4GB"), ("train-theano", "train-tensorflow")
    ):
        yield plan(goal, "psu.watts=500", "os.id=fedora", "os.version=22", gpus=card, as_of=day)
    for driver, cuda in itertools.product(("470.256.02", "535.104.05"), ("12.4", "13.0")):
        yield plan(
            "train-pytorch",
            f"driver.version={driver}",
            f"torch.cuda_version={cuda}",
            "python.version=3.8",
            "os.glibc=2.17",
            "gpu.model=RTX 4090",
        )
    yield plan("train-theano", "os.id=ubuntu", "os.version=14.04", "os.wsl=2", gpus="GTX 960 4GB")
    yield plan("train-pytorch")


def sentences(value, field=""):
    if isinstance(value, str) and field not in tongue._KEEPS:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from sentences(one, field)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from sentences(one, name)


def test_no_sentence_of_any_plan_stays_english(plan, say):
    left = set()
    for made in plans(plan):
        for text in sentences(msgspec.to_builtins(made)):
            said = say(text)
            if re.search(r"[A-Za-z]{3,} [a-z]{2,}", CODE.sub("", said)):
                left.add(f"{text!r} -> {said!r}")
    assert not left


@pytest.mark.parametrize(
    "text", ["GeForce RTX 4090", "12.4", "1x 6-pin + 1x 8-pin", "torch 2.15 cu132", "", "+100 W", "fedora-22"]
)
def test_values_stay(say, text):
    assert say(text) == text


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("at least 600 W rated", "额定功率至少 600 W"),
        ("850 W (--set)", "850 W（--set）"),
        ("assumed: 4 loading workers a card", "假设：每卡 4 个数据加载进程"),
        ("It holds code for 8.6, which 8.9 runs too.", "含 8.6 的代码，8.9 也能运行。"),
        (
            "Together: batch 1 with gradient accumulation; sequences of 512 tokens",
            "合用：批量 1 加梯度累积；序列 512 个 token",
        ),
    ],
)
def test_sentences(say, english, chinese):
    assert say(english) == chinese


def test_numbers_are_the_same_in_both_languages(plan, say):
    made = plan("train-pytorch", *FULL, gpus="RTX 5090", model="llama-3-8b", method="full")
    turned = tongue.plan(made, say)
    for before, after in zip(made.lines, turned.lines, strict=True):
        for field in ("requirement", "value", "margin"):
            assert sorted(re.findall(r"\d+", getattr(before, field))) == sorted(
                re.findall(r"\d+", getattr(after, field))
            )
        assert (before.state, before.prevents, before.fact) == (after.state, after.prevents, after.fact)


def test_english_is_left_as_it_is(plan):
    made = plan("train-pytorch", gpus="RTX 5090")
    assert tongue.plan(made, None) is made


def test_every_goal_says_its_conditions_in_chinese(engine):
    say = paper.tongue(engine.knowledge, zh=True)
    for name in engine.knowledge.ids("goal"):
        for requirement in engine.knowledge.goal(name).requires:
            assert say(f"now: {requirement.because.rstrip('.')}").startswith("现状：")
            if requirement.zh:
                assert requirement.zh.rstrip("。") in say(f"now: {requirement.because.rstrip('.')}")
    assert paper.tongue(engine.knowledge, zh=False) is None


def test_markdown_html_and_columns_in_chinese(plan, say):
    zh = Words(zh=True)
    made = [
        tongue.plan(plan("train-theano", "psu.watts=500", gpus=c, as_of="2015-12"), say)
        for c in ("GTX 770 4GB", "GTX 960 4GB")
    ]
    assert "| 电源功率: **不行** | 额定功率至少 600 W |" in show.markdown(made[0], zh)
    assert '<html lang="zh-CN">' in page.page(made[0], zh)
    assert "<h2>购物清单</h2>" in page.page(made[0], zh)
    plain = [plan("train-theano", "psu.watts=500", gpus=c, as_of="2015-12") for c in ("GTX 770 4GB", "GTX 960 4GB")]
    found = tongue.comparison(
        compare.side_by_side("train-theano", plain, ["GTX 770 4GB", "GTX 960 4GB"], {}, None), say
    )
    assert show.sentence(found, zh) == "选 GTX 960 4GB。决定因素：电源功率。"
    assert found.rows[0] == [
        "电源功率",
        "不行：额定功率至少 600 W / 500 W（--set） (-100 W)",
        "可以：额定功率至少 400 W / 500 W（--set） (+100 W)",
    ]


def test_both_languages_have_the_same_words_and_holes():
    assert EN.keys() == ZH.keys()
    for word, said in EN.items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", ZH[word])), word
