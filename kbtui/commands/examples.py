"""What each command's `--help` ends with: examples, and what its exit codes mean."""

from __future__ import annotations

EXAMPLES = {
    "": """\
on a terminal, `kbtui` and `kbtui "what you see"` open the screens (--lang en|zh; --calm over a slow line); in a pipe they print
examples:
  kbtui "after I installed the nvidia driver and rebooted, only a black screen with a cursor"
  kbtui diagnose -f train.log
  dmesg | kbtui diagnose -
  kbtui search xid 79
  kbtui show secure-boot-unsigned-module
""",
    "diagnose": """\
examples:
  kbtui diagnose "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
  kbtui diagnose -f train.log --json
  kbtui diagnose -f 'logs/rank*.log'
  nvidia-smi 2>&1 | kbtui diagnose -
  kbtui diagnose "nvidia-smi finds no devices" --set gpu.model="RTX 5090" --set driver.flavour=proprietary
  kbtui diagnose "X does not start" --answer driver-mok-screen-left=no --save
exit codes: 0 answered or healthy, 1 nothing matched, 2 bad usage or input, 3 a look that failed could change the answer
""",
    "check": """\
examples:
  kbtui check
  kbtui check train-pytorch --json
  kbtui check --from nvidia-bug-report.log.gz
  kbtui check used-card --load --page card.html
exit codes: 0 healthy, 1 not, 2 bad usage or input, 3 it could not be told
""",
    "fleet": """\
examples:
  kbtui fleet check -w gpu[001-128] --goal train-multi-node
  kbtui fleet check -w @slurm:job:4711 "NCCL watchdog timeout on rank 37" -f rank37.log
  kbtui fleet check --from bundles/ --format md -o fleet.md
  srun --pty -N1 kbtui fleet check --srun
exit codes: 0 all healthy and alike, 1 a node has a fault or is not like its kind, 2 bad usage or input,
3 a node could not be judged
""",
    "plan": """\
examples:
  kbtui plan train-pytorch --set gpu.model="RTX 5090" --set psu.watts=850 --set case.gpu_length_mm=300
  kbtui plan train-pytorch --set gpu.model="RTX 4090" --set driver.version=535.104.05 --set torch.cuda_version=12.4
  kbtui plan fine-tune --model llama-3-70b --method qlora --gpus "4x RTX 3090"
  kbtui plan train-theano --as-of 2015-12 --compare "GTX 770 4GB" "GTX 960 4GB" --set psu.watts=500
  kbtui plan train-theano --as-of 2015-12 --box story-2015 --gpus "GTX 770 4GB" --format html -o list.html --lang zh
  kbtui plan train-pytorch --tui
exit codes: 0 nothing fails, 1 something does, 2 bad usage or input, 3 an open question decides
""",
    "changes": """\
examples:
  kbtui changes
  kbtui changes --since "3 days ago"
  kbtui changes --since last-healthy
  kbtui changes --from /mnt --json
""",
    "run": """\
examples:
  kbtui run -- python train.py --epochs 10
  kbtui run -- torchrun --nproc-per-node 4 train.py > train.log
The job's terminal, signals and exit code are passed through; the diagnosis goes to standard error.
exit codes: the job's own; 126 it may not be run, 127 there is no such command
""",
    "search": "examples:\n  kbtui search tiemout nccl\n  kbtui search 显存不足\n",
    "show": "examples:\n  kbtui show nouveau-conflict\n  kbtui show nouveau-conflict --why\n",
    "facts": "examples:\n  kbtui facts\n  kbtui facts driver.version\n  kbtui facts --catalogue\n"
    "  nvidia-smi | kbtui facts --from -\n",
    "collect": "examples:\n  kbtui collect -o bundle.tar.gz\n  kbtui collect --script > collect.sh\n"
    "  kbtui collect --from look.txt -o bundle.tar.gz\n",
    "demo": "examples:\n  kbtui demo\n  kbtui demo 4\n  kbtui demo --list\n  kbtui demo no-x --lang zh | less\n",
    "case": "examples:\n  kbtui case list\n  kbtui case answer CASE driver-mok-screen-left=yes\n  kbtui case replay CASE --json\n",
    "report": "examples:\n  kbtui report CASE\n  kbtui report CASE --format html -o case.html --lang zh\n"
    "  kbtui report CASE --format mermaid\n  kbtui report --since 2026-01-01\n",
    "handoff": "examples:\n  kbtui handoff CASE --to admin\n  kbtui handoff CASE --to forum -o post.md\n",
    "graph": "examples:\n  kbtui graph nvidia-module-not-loaded --format mermaid\n  kbtui graph --format graphml -o kbtui.graphml\n",
    "pages": "examples:\n  kbtui pages build/pages\n  kbtui pages build/pages --docs docs\n",
    "new": "examples:\n  kbtui new --from-case CASE\n  kbtui new --from-case CASE --print > draft.yaml\n"
    '  kbtui new "foodrv: Failed to map the BAR" --to .kbtui --edit\n'
    "exit codes: 0 written without a mistake, 1 lint found mistakes, 2 bad usage or input\n",
    "serve": "examples:\n  kbtui serve\n  kbtui serve --port 8080 --lang zh\n",
    "mcp": "example:\n  kbtui mcp --no-live\nA client starts it: docs/mcp.md shows how.\n",
    "lint": "examples:\n  kbtui lint\n  kbtui lint ./my-pack --format json\n",
    "test": "examples:\n  kbtui test\n  kbtui test nouveau-conflict\n",
    "trust": "examples:\n  kbtui trust our-lab\n  kbtui trust ./my-pack --yes\n  kbtui trust /etc/kbtui/packs/lab --site --yes\n"
    "exit codes: 0 recorded or already so, 1 you said no, 2 bad usage or input\n",
    "pack": "examples:\n  kbtui pack init ./our-lab\n  kbtui pack add https://git.example.org/our-lab.git --pin v3\n"
    "  kbtui pack list\n  kbtui pack update\n  kbtui pack remove our-lab\n",
    "diff": "examples:\n  kbtui diff origin/main\n  kbtui diff HEAD~1 --pack ./our-lab --json\n"
    "exit codes: 0 nothing changes or all for the better, 1 a test or case is worse, 2 bad usage or input\n",
    "learn": "examples:\n  kbtui learn\n  kbtui learn ./our-lab --write\n  kbtui learn --json\n",
    "share": 'examples:\n  kbtui share CASE\n  kbtui share CASE --note "after the move to rack 4" --name "Ada"\n  kbtui share --mine\n',
    "inbox": "examples:\n  kbtui inbox\n  kbtui inbox show ID\n  kbtui inbox accept ID --to ./our-lab\n"
    '  kbtui inbox merge ID nouveau-conflict --to ./our-lab\n  kbtui inbox ask ID "Which kernel was it?"\n',
    "completion": "example:\n  kbtui completion bash > ~/.local/share/bash-completion/completions/kbtui\n",
}
