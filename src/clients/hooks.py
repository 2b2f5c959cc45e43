"""Draws the strings whose patterns Schemathesis cannot draw from; prepare.py names them by a format instead."""
import schemathesis
from hypothesis import strategies as st


def drawn(pattern):
    return st.from_regex(pattern, fullmatch=True)


schemathesis.openapi.format("alloy-name", drawn(r"[a-zA-Zäöüßéλж0-9]([a-zA-Zé0-9 ._-]{0,30}[a-zA-Z0-9])?"))
schemathesis.openapi.format("alloy-text", drawn(r"[a-zA-Zäé0-9]([a-zA-Zéλ0-9 .,\n'-]{0,40})"))
schemathesis.openapi.format("alloy-path", drawn(r"(/[a-z0-9_-]{1,10}){1,3}"))
schemathesis.openapi.format("alloy-branch", drawn(r"alloy/[a-z0-9]{1,10}(-[a-z0-9]{1,5})?"))
