"""The lines of an installation: driver, flavour, toolkit, Python, C library, Secure Boot."""

import pytest


def line(plan, name):
    return next((x for x in plan.lines if x.name == name), None)


@pytest.mark.parametrize(
    ("card", "driver", "state"),
    [("RTX 5090", "565.77", "fails"), ("RTX 5090", "570.133.07", "fine"), ("GTX 1080", "590.48.01", "fails"), ("GTX 1080", "580.95.05", "fine"), ("Tesla K80", "535.104.05", "fails")],
)  # fmt: skip
def test_the_branch_knows_the_card(plan, card, driver, state):
    p = plan("gpu-usable", f"driver.version={driver}", gpus=card)
    assert next(x for x in p.lines if x.name.startswith("driver for ") and x.name != "driver for CUDA").state == state


@pytest.mark.parametrize(
    ("card", "flavour", "state"),
    [("RTX 5090", "proprietary", "fails"), ("RTX 5090", "open", "fine"), ("GTX 1080", "open", "fails"), ("GTX 1080", "proprietary", "fine"), ("RTX 3090", "open", "fine"), ("RTX 3090", "proprietary", "fine")],
)  # fmt: skip
def test_the_flavour_that_a_card_takes(plan, card, flavour, state):
    p = plan("gpu-usable", "driver.version=575.57.08", f"driver.flavour={flavour}", gpus=card)
    assert line(p, "module flavour").state == state


def test_a_data_centre_card_has_a_way_to_a_newer_cuda(plan):
    data = line(
        plan("train-pytorch", "driver.version=470.256.02", "torch.cuda_version=12.4", gpus="A100 PCIe 80 GB"),
        "driver for CUDA",
    )
    desk = line(
        plan("train-pytorch", "driver.version=470.256.02", "torch.cuda_version=12.4", gpus="RTX 3090"),
        "driver for CUDA",
    )
    assert data.state == desk.state == "fails"
    assert "cuda-compat-12-4" in data.why
    assert desk.why == ""


def test_no_driver_of_the_same_major_cuda_is_refused(plan, tables):
    for row in tables.rows("wheels"):
        if row["framework"] == "torch" and (row.get("cuda") or "").startswith("12."):
            p = plan("train-pytorch", "driver.version=525.60.13", f"torch.cuda_version={row['cuda']}", gpus="RTX 3090")
            assert line(p, "driver for CUDA").state == "fine", row["build"]


def test_a_system_without_updates(plan):
    assert line(plan("train-pytorch", "os.id=ubuntu", "os.version=14.04", gpus="RTX 3090"), "system").state == "fails"
    assert line(plan("train-pytorch", "os.id=ubuntu", "os.version=20.04", gpus="RTX 3090"), "system").state == "tight"
    assert line(plan("train-pytorch", "os.id=nonsense", gpus="RTX 3090"), "system").state == "unknown"


@pytest.mark.parametrize(
    ("sets", "state"),
    [
        (("secure_boot.enabled=false",), "fine"),
        (("secure_boot.enabled=true", "os.id=ubuntu", "os.version=24.04"), "fine"),
        (("secure_boot.enabled=true", "os.id=fedora", "os.version=43"), "tight"),
        (("secure_boot.enabled=true", "driver.version=570.133.07", "driver.module_loaded=true"), "fine"),
        (("secure_boot.enabled=true", "driver.version=570.133.07", "driver.module_loaded=false"), "fails"),
        ((), "unknown"),
    ],
)
def test_secure_boot(plan, sets, state):
    assert line(plan("train-pytorch", *sets, gpus="RTX 3090"), "Secure Boot").state == state


def test_a_compiler_that_nvcc_does_not_take(plan):
    p = plan("train-theano", "gcc.version=5.1", "os.id=ubuntu", "os.version=14.04", gpus="GTX 960 4GB", as_of="2015-12")
    assert line(p, "CUDA toolkit").state == "fails"
    assert "its nvcc takes gcc up to 4" in line(p, "CUDA toolkit").why
