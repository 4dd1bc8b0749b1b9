"""Scripts that the person's own Python runs with `-c`: any version from 2.7, the standard library alone.

LISTING looks at folder names and small files only: nothing of the environment is imported. TORCH imports torch and
prints a line after each step, so that what was reached is known even where the next step never returns.
"""

LISTING = r"""
import glob, io, json, os, re, sys, sysconfig
def text(path, cap=20000):
    try:
        with io.open(path, encoding="utf-8", errors="replace") as f:
            return f.read(cap)
    except (IOError, OSError):
        return ""
def names(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
out = {"version": sys.version.split()[0], "executable": sys.executable, "prefix": sys.prefix,
       "base_prefix": getattr(sys, "base_prefix", getattr(sys, "real_prefix", sys.prefix)),
       "bits": 64 if sys.maxsize > 2 ** 32 else 32, "pyvenv": text(os.path.join(sys.prefix, "pyvenv.cfg")),
       "managed": os.path.exists(os.path.join(sysconfig.get_path("stdlib") or "", "EXTERNALLY-MANAGED")),
       "packages": {}, "hidden": [], "conda": {}, "torch": "", "tensorflow": "", "loader": []}
home = os.path.expanduser("~/.local")
for folder in [p for p in sys.path if p and os.path.isdir(p)]:
    for name in names(folder):
        found = re.match(r"([A-Za-z0-9][\w.-]*?)-(\d[^-]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info$", name)
        if found:
            key = re.sub(r"[-_.]+", "-", found.group(1)).lower()
            if key not in out["packages"]:
                out["packages"][key] = [found.group(2), folder]
            elif out["packages"][key][1].startswith(home) and not folder.startswith(home):
                out["hidden"].append("%s %s hides %s" % (key, out["packages"][key][0], found.group(2)))
    if not out["torch"]:
        out["torch"] = text(os.path.join(folder, "torch", "version.py"), 4000)
    if not out["tensorflow"]:
        out["tensorflow"] = text(os.path.join(folder, "tensorflow", "python", "platform", "build_info.py"), 4000)
for path in glob.glob(os.path.join(sys.prefix, "conda-meta", "*.json")):
    parts = os.path.basename(path)[:-5].rsplit("-", 2)
    if len(parts) == 3:
        channel = ""
        if parts[0] in ("pytorch", "libtorch", "pytorch-cuda", "tensorflow", "jaxlib", "cudatoolkit", "cudnn", "mkl"):
            channel = (re.findall(r'"channel":\s*"([^"]*)"', text(path, 200000)) or [""])[0]
        out["conda"][parts[0]] = parts[1:] + [channel.rstrip("/").rsplit("/", 2)[-1 if "://" not in channel else -2]]
for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
    for name in names(folder):
        if re.match(r"lib(cuda|cudart|cudnn|nccl|nvidia-ml|cublas)\.so(\.\d+)?$", name):
            out["loader"].append(os.path.join(folder, name))
conf = [os.environ.get("PIP_CONFIG_FILE", ""), os.path.join(sys.prefix, "pip.conf"), os.path.expanduser("~/.config/pip/pip.conf"),
        os.path.expanduser("~/.pip/pip.conf"), "/etc/xdg/pip/pip.conf", "/etc/pip.conf"]
urls = [os.environ.get("PIP_INDEX_URL", "")] + re.findall(r"(?m)^\s*index-url\s*=\s*(\S+)", "\n".join(text(p) for p in conf if p))
out["index"] = re.sub(r"//[^/@]*@", "//", next((u for u in urls if u), ""))
print(json.dumps(out))
"""

TORCH = r"""
import os, sys
def say(name, value):
    sys.stdout.write("%s=%s\n" % (name, value))
    sys.stdout.flush()
if not any(os.path.isdir(os.path.join(p or ".", "torch")) for p in sys.path):
    say("torch", "absent")
    sys.exit(0)
say("torch", "present")
try:
    import torch
except BaseException as error:
    say("error", "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:500]))
    sys.exit(0)
def step(name, ask):
    try:
        say(name, ask())
    except BaseException as error:
        say(name + ".error", "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:500]))
step("version", lambda: torch.__version__)
step("cuda", lambda: getattr(getattr(torch, "version", None), "cuda", None))
step("hip", lambda: getattr(getattr(torch, "version", None), "hip", None))
flags = getattr(getattr(torch, "_C", None), "_cuda_getArchFlags", None)
step("archs", lambda: (flags() or "") if flags else "")
step("available", lambda: torch.cuda.is_available())
step("count", lambda: torch.cuda.device_count())
step("archs", lambda: " ".join(torch.cuda.get_arch_list()))
"""
