"""What changed on a machine, and which change could explain the trouble.

One small reader a history (dpkg, apt, dnf, pacman, zypper, boots, kernel log, Python environments, configuration); each
gives `Change`s. `timeline` asks a host for all of them, `rank` orders them against the onset, `baseline` keeps what a
healthy machine looked like. Nothing here prints.
"""
