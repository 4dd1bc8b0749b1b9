"""The arguments of `kbtui plan`; they are many, and the other commands need none of them."""

from __future__ import annotations

from argparse import ArgumentParser


def add(p: ArgumentParser) -> None:
    """Everything but --from and --set, which commands share."""
    p.add_argument("goal", help="what you want: train-pytorch, fine-tune, serve, use-cupy ...")
    p.add_argument("--no-live", action="store_true", help="look at no machine: only what --set says")
    p.add_argument("--box", metavar="NAME", help="the machine, by its name in the table boxes; a pack adds its own")
    p.add_argument("--gpus", metavar="CARDS", help='the cards, such as "RTX 4090" or "4x RTX 3090"')
    p.add_argument("--model", metavar="MODEL", help="does this model fit: llama-3-70b, qwen2.5-7b ...")
    p.add_argument("--method", metavar="METHOD", help="inference, full, lora, qlora, ddp, zero1, zero2, zero3, fsdp")
    p.add_argument("--precision", metavar="TYPE", help="mixed, bf16, fp16, fp32, int8, nf4, nf4-dq")
    p.add_argument("--batch", type=int, default=1, metavar="N", help="sequences on one card at once")
    p.add_argument("--seq", type=int, metavar="N", help="tokens of a sequence; left out: 2048")
    p.add_argument("--as-of", metavar="YYYY-MM", help="use only what existed then")
    p.add_argument(
        "--compare",
        nargs="+",
        metavar="CARD",
        help='one column a card, the line that decides first; what you know of the very card behind it: "GTX 960 4GB; gpu.length_mm=229"',
    )
    p.add_argument(
        "--versus",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="a second plan beside it, with this changed (repeat it)",
    )
    p.add_argument("--prices", metavar="FILE", help="a file of lines NAME, PRICE")
    p.add_argument("--budget", type=float, metavar="N", help="what the card may cost, in the price file's money")
    p.add_argument("--format", choices=("text", "md", "html", "json"), default="text")
    p.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    p.add_argument("-o", "--output", metavar="FILE", help="write the list to this file (with text: as Markdown)")
    p.add_argument("--tui", action="store_true", help="change the parts on the screen, see the lines change")
    p.add_argument("--lang", choices=("en", "zh"), help="language of the plan; left out: $LANG decides")
