"""Names of files that people hand in, made safe to store, to show and to save under."""

import re
import unicodedata

LONGEST = 200  # bytes; a Chinese character takes three, and disks end at 255
# Endings that say the same kind.
SAME = {"jpg": ("jpg", "jpeg")}
# Names that Windows keeps for devices.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# Controls, marks that turn the direction of text, halves of characters, line ends.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str, kind: str) -> str:
    """The last part of the name, without what is not seen, with the ending of its real kind."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    seen = (" " if sign.isspace() else sign for sign in name if is_seen(sign))
    stem = re.sub(r" +", " ", re.sub(r'[<>:"|?*]', "_", "".join(seen))).strip(" .")
    stem, dot, ending = stem.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        stem = f"{stem}{dot}{ending}"
    elif ending.lower() in SAME.get(kind, (kind,)):
        return f"{shortened(stem)}.{ending.lower()}"
    return f"{shortened(stem)}.{kind}"


def is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) not in INVISIBLE


def shortened(stem: str) -> str:
    stem = stem.encode()[: LONGEST - 10].decode(errors="ignore").strip(" .") or "file"
    return f"_{stem}" if DEVICES.fullmatch(stem) else stem
