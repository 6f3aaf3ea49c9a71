"""In which encoding a text is, by its first bytes."""

from __future__ import annotations

READ_AS = {"cp949": "Korean (CP949)", "cp1252": "Windows-1252"}
"""What is told, as it is guessed."""

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding, and how many bytes mark it.

    What is not UTF-8 is Korean (CP949) where every sign beyond ASCII is then a syllable of Hangul, and most of them are
    in two bytes beyond ASCII (in Windows-1252 "Án" has one), else Windows-1252.
    """
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if head.count(b"\0") > len(head) // 4:
        return ("utf-16-le" if head[1::2].count(b"\0") > head[::2].count(b"\0") else "utf-16-be"), 0
    # The last sign may be cut off.
    for end in range(len(head), max(len(head) - 4, -1), -1):
        try:
            head[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8", 0
    korean = head.decode("cp949", "replace").rstrip("\ufffd")
    signs = [sign for sign in korean if not sign.isascii()]
    is_hangul = all("가" <= sign <= "힣" for sign in signs) and sum(byte > 127 for byte in head[:-1]) > 1.5 * len(signs)
    return ("cp949" if is_hangul else "cp1252"), 0


def read_as(where: str, encoding: str) -> list[str]:
    """What there is to say of a file that is in an encoding which was guessed."""
    guessed = READ_AS.get(encoding)
    return [] if guessed is None else [f"{where} is not UTF-8, and was read as {guessed}"]
