"""What the plan screen says in English. `words_plan_zh` is the twin."""

from __future__ import annotations

PLAN: dict[str, str] = {
    "plan.goal": "Goal",
    "plan.box": "Box",
    "plan.gpus": "Cards",
    "plan.model": "Model",
    "plan.method": "Method",
    "plan.as_of": "As of",
    "plan.system": "System",
    "plan.psu.watts": "Supply, W",
    "plan.psu.plugs": "Its plugs",
    "plan.psu.atx": "Its ATX",
    "plan.psu.age_years": "Its age, years",
    "plan.case.gpu_length_mm": "Case takes, mm",
    "plan.case.gpu_slots": "Slots free",
    "plan.gpu.length_mm": "Card's length, mm",
    "plan.gpu.plugs": "Card's plugs",
    "plan.board.slot_lanes": "Slot's lanes",
    "plan.cpu.cores": "CPU threads",
    "plan.cpu.watts": "CPU, W",
    "plan.ram.total_gib": "RAM, GiB",
    "plan.machine.form": "Form",
    "plan.firmware.above_4g": "Above 4G",
    "plan.mains.volts": "Mains, V",
    "plan.mains.amps": "Breaker, A",
    "plan.secure_boot.enabled": "Secure Boot",
    "plan.driver.version": "Driver",
    "plan.gcc.version": "gcc",
    "plan.python.version": "Python",
    "plan.torch.cuda_version": "CUDA of the build",
    "plan.written": "Written: {path}, and beside it the same as Markdown. Names and serials are left out.",
    "plan.by_set": "The machine itself must tell: kbtui plan ... --set {fact}=...",
    "k.plan": "plan",
    "k.plan_edit": "change",
    "k.plan_problem": "problem",
    "k.plan_write": "as a page",
    "h.plan_parts": "What is planned: the goal, the cards, the machine. Enter changes a part; an empty value is not known. What was seen "
    "of this machine stands dim. With a month (2015-12) only what existed then counts.",
    "h.plan_lines": "What the plan comes out with: x fails, ! is tight, + is fine, ? waits for an answer. Enter on a question answers "
    "it; on any other line, or with o, it opens the problem that the line prevents. w writes the plan as Markdown and as a page.",
}
