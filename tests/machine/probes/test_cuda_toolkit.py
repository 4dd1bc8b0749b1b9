"""Toolkits on disk and on PATH, compilers, the environment; libraries that the loader finds."""

import json

from tests.machine.probes.answers import fail, look, probe, states, values

TOOLKIT = probe("cuda_toolkit", "CUDA toolkit")
COMPILER = probe("cuda_toolkit", "compiler")
ENVIRONMENT = probe("cuda_toolkit", "CUDA environment")
LIBRARIES = probe("cuda_libraries", "CUDA libraries")
JSON_124 = '{\n   "cuda" : {\n      "name" : "CUDA SDK",\n      "version" : "12.4.1"\n   }\n}\n'
NVCC_121 = "nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release 12.0, V12.0.140\n"
TWO = {
    "names": {f"/usr/local/cuda-{v}/bin/nvcc": "file 755 0:0 1" for v in ("11.8", "12.4")}
    | {"/usr/local/cuda/bin/nvcc": "file 755 0:0 1"},
    "version_json": {"/usr/local/cuda/version.json": JSON_124, "/usr/local/cuda-12.4/version.json": JSON_124},
}


def test_the_nvcc_on_path_decides():
    facts = values(look(TOOLKIT, which={"nvcc": "/usr/local/cuda-11.8/bin/nvcc"}, **TWO))
    assert facts == {
        "cuda.nvcc_on_path": True,
        "cuda.toolkit.versions": ["11.8", "12.4"],
        "cuda.toolkit.version": "11.8",
        "cuda.toolkit.installed": True,
    }


def test_without_one_on_path_the_home_and_then_the_link():
    assert (
        values(look(TOOLKIT, environ={"CUDA_HOME": "/usr/local/cuda-11.8/"}, **TWO))["cuda.toolkit.version"] == "11.8"
    )
    facts = values(look(TOOLKIT, **TWO))
    assert facts["cuda.toolkit.version"] == "12.4" and facts["cuda.nvcc_on_path"] is False


def test_the_distributions_own_nvcc():
    facts = values(look(TOOLKIT, which={"nvcc": "/usr/bin/nvcc"}, nvcc=NVCC_121))
    assert facts["cuda.toolkit.version"] == "12.0" and facts["cuda.toolkit.installed"] is True


def test_an_nvcc_of_an_environment_is_there_and_its_version_unknown():
    facts = look(TOOLKIT, which={"nvcc": "/opt/conda/envs/a/bin/nvcc"}, nvcc=NVCC_121)
    assert values(facts)["cuda.toolkit.installed"] is True and facts["cuda.toolkit.version"].state == "unknown"


def test_an_old_toolkit_says_it_in_a_text_file():
    old = {"/usr/local/cuda/version.txt": "CUDA Version 9.0.176\n"}
    assert values(look(TOOLKIT, version_txt=old))["cuda.toolkit.version"] == "9.0"


def test_arch_keeps_it_in_opt():
    arch = look(TOOLKIT, which={"nvcc": "/opt/cuda/bin/nvcc"}, version_arch=JSON_124)
    assert values(arch)["cuda.toolkit.version"] == "12.4"


def test_no_toolkit():
    assert values(look(TOOLKIT)) == {
        "cuda.nvcc_on_path": False,
        "cuda.toolkit.versions": [],
        "cuda.toolkit.installed": False,
        "cuda.toolkit.version": None,
    }


def test_compilers():
    gcc = "gcc (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0\nCopyright (C) 2023 Free Software Foundation, Inc.\n"
    assert values(look(COMPILER, which={"gcc": "/usr/bin/gcc"}, gcc=gcc))["gcc.version"] == "13.3.0"
    assert look(COMPILER)["gcc.version"].state == "absent"
    other = look(COMPILER, which={"gcc": "/opt/rh/gcc-toolset-12/bin/gcc"}, gcc=gcc)["gcc.version"]
    assert other.state == "unknown" and "/opt/rh" in other.reason


def test_the_environment_and_set_to_nothing():
    facts = values(look(ENVIRONMENT, environ={"CUDA_VISIBLE_DEVICES": "", "LD_LIBRARY_PATH": "/usr/local/cuda/lib64"}))
    assert facts["cuda.visible_devices"] == "" and facts["cuda.home"] is None
    assert facts["ld_library_path.set"] is True and facts["ld_library_path.value"] == "/usr/local/cuda/lib64"
    assert values(look(ENVIRONMENT))["cuda.visible_devices"] is None


CACHE = """\
2 libs found in cache `/etc/ld.so.cache'
\tlibcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1
\tlibcuda.so.1 (libc6) => /lib/i386-linux-gnu/libcuda.so.1
\tlibcudnn.so.9 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcudnn.so.9
"""
HEADER = "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 1\n"


def env(loader=(), **packages):
    return json.dumps(
        {"loader": list(loader), "packages": {n.replace("_", "-"): [v, "/x"] for n, v in packages.items()}}
    )


def test_what_the_loader_finds():
    facts = values(look(LIBRARIES, ldconfig=CACHE, listing=env(), cudnn_h={"/usr/include/cudnn_version.h": HEADER}))
    assert facts == {
        "ld_library_path.cuda_libraries": [],
        "ld_library_path.foreign_libcuda": False,
        "cuda.on_loader_path": False,
        "cuda.compat_on_loader_path": False,
        "cudnn.version": "9.1.1",
        "cudnn.installed": True,
        "nccl.version": None,
    }


def test_a_wheels_library_counts_before_the_systems():
    given = {
        "cudnn_h": {"/usr/include/cudnn_version.h": HEADER},
        "nccl_files": {"/usr/lib/x/libnccl.so.2.18.3": "file"},
    }
    listing = env(nvidia_cudnn_cu12="9.1.0.70", nvidia_nccl_cu12="2.21.5")
    facts = values(look(LIBRARIES, ldconfig=CACHE, listing=listing, **given))
    assert facts["cudnn.version"] == "9.1.0.70" and facts["nccl.version"] == "2.21.5"


def test_a_compat_library_put_first():
    compat = "/usr/local/cuda-12.4/compat/libcuda.so.1"
    facts = values(look(LIBRARIES, ldconfig=CACHE, listing=env([compat, "/usr/local/cuda/lib64/libcudart.so.12"])))
    assert facts["cuda.compat_on_loader_path"] is True and facts["cuda.on_loader_path"] is True
    assert facts["ld_library_path.cuda_libraries"][0] == compat
    assert facts["ld_library_path.foreign_libcuda"] is False


def test_without_python_what_is_missing_is_not_absent():
    facts = states(look(LIBRARIES, ldconfig=CACHE.replace("libcudnn", "libx"), listing=fail("no")))
    assert facts["cudnn.version"] == "unknown" and facts["cuda.on_loader_path"] == "unknown"


def test_a_stub_put_first():
    facts = values(look(LIBRARIES, ldconfig=CACHE, listing=env(["/usr/local/cuda/lib64/stubs/libcuda.so.1"])))
    assert facts["ld_library_path.foreign_libcuda"] is True
    facts = values(look(LIBRARIES, ldconfig=CACHE, listing=env(["/usr/local/nvidia/lib64/libcuda.so.1"])))
    assert facts["ld_library_path.foreign_libcuda"] is False
