"""Secrets, masked whole and everywhere: tokens by their shape, passwords and keys by the name that stands before them.

    export HF_TOKEN=hf_...            export HF_TOKEN=<secret>
    https://me:s3cret@mirror/simple   https://<secret>@mirror/simple
    Authorization: Bearer abc.def     Authorization: <secret>

A name is no secret because it has "key" in it: `sig_key:`, `Required key not available` and `TOKENIZERS_PARALLELISM=`
stay as they are.
"""

from __future__ import annotations

import re

MASK = "<secret>"

_VALUE = r"""(?:"[^"\n\0]+"|'[^'\n\0]+'|(?:(?:bearer|basic|token|digest)[ \t]+)?[^\s"',;&<>\0]{4,})"""
_NAMES = (
    r"pass(?:word|wd|phrase|code)|secret|token|credentials?|api[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?key"
    r"|private[_-]?key|license[_-]?key|psk|wep[_-]?key\d?|cookie|authorization"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----.*?(?:-----END \1-----|\Z)", re.DOTALL | re.IGNORECASE
)
_KEY_END = re.compile(r"(?i)-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]+\s*")
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
    r"|sk-[A-Za-z0-9_-]{20,}|A(?:KI|SI)A[0-9A-Z]{16,}|xox[a-z]-[\w-]{10,}|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}"
    r"|nvapi-[\w-]{20,}|dckr_pat_[\w-]{16,}|r8_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"
)
_URL = re.compile(r"(?<=://)(?!<secret>@)[^/\s@\"'<>]+(?=@)")
_LABELLED = re.compile(rf"(?i)(?<![a-z])((?:{_NAMES})[\"']?[ \t]*[=:][ \t]*)(?!<secret>)({_VALUE})")
_OPTION = re.compile(r"(--(?:password|passwd|passphrase|token|api-key|secret|access-key)[ =])(?!<secret>)([^\s\0]+)")
_BEARER = re.compile(r"(?i)\b(bearer[ \t]+)(?!<secret>)([\w.~+/=-]{16,})")
_VARIABLE = re.compile(r"(?<![A-Za-z0-9_])([A-Z][A-Z0-9_]+)=(?!<secret>)(\"[^\"\n\0]+\"|'[^'\n\0]+'|[^\s\"'\0]+)")
_NETRC = re.compile(r"(?i)(\bmachine\s+\S+\s+login\s+\S+\s+password\s+)(?!<secret>)(\S+)")
_HASH = re.compile(r"\$(?:1|2[aby]|5|6|y|argon2id)\$[^\s:\"']{8,}")
_WANDB = re.compile(r"(?i)(wandb[^\n]{0,80}?)(?<![0-9a-f])([0-9a-f]{40})(?!\w)")
_HARMLESS = re.compile(
    r"(?i)[\"']?(?:none|null|true|false|n/a|\*+|\[\**\]|\[?optional\]?|<[^>]*|files|compat|systemd|sss|ldap|winbind|nis|amd64|arm64|armhf|i386)[\"']?$"
)
_PARTS = {"KEY", "TOKEN", "SECRET", "PASS", "PASSWD", "PASSWORD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "APIKEY"}
_NOT_ITSELF = {"FILE", "PATH", "SOCK", "DIR", "LAYOUT", "TYPE", "SIZE", "COUNT", "LENGTH", "URL", "NAME", "ID"}
_FIELD = re.compile(
    r"(?i)(?:^|[_.-])(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|psk"
    r"|credentials?|cookie|authorization)$"
)


def mask(text: str) -> str:
    """The text without its secrets."""
    text = _keys(text)
    text = _URL.sub(MASK, text)
    text = _TOKEN.sub(MASK, text)
    text = _LABELLED.sub(_unless_harmless, text)
    text = _VARIABLE.sub(_variable, text)
    for pattern in (_OPTION, _BEARER, _NETRC, _WANDB):
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return _HASH.sub(MASK, text)


def names_a_secret(name: str) -> bool:
    """Whether a variable or a field of this name holds a secret: HF_TOKEN, api_key; not TOKENIZERS_PARALLELISM."""
    if name.isupper():
        parts = name.split("_")
        return bool(_PARTS & set(parts)) and parts[-1] not in _NOT_ITSELF and parts[0] != "CONFIG"
    return bool(_FIELD.search(name))


def _keys(text: str) -> str:
    """Private keys masked, those whose beginning was cut off too."""
    text = _PRIVATE_KEY.sub(MASK, text)
    while end := _KEY_END.search(text):
        lines = text[: end.start()].splitlines(keepends=True)
        while lines and _KEY_LINE.fullmatch(lines[-1]):
            lines.pop()
        text = "".join([*lines, MASK, text[end.end() :]])
    return text


def _unless_harmless(match: re.Match[str]) -> str:
    return match[0] if _HARMLESS.match(match[2]) else match[1] + MASK


def _variable(match: re.Match[str]) -> str:
    return f"{match[1]}={MASK}" if names_a_secret(match[1]) and not _HARMLESS.match(match[2]) else match[0]
