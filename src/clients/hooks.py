"""Draws the strings whose patterns Schemathesis cannot draw from; prepare.py names them by a format instead.

And lets Schemathesis go on where a text in an answer begins like an address and is none.
"""
import schemathesis
from hypothesis import strategies as st
from schemathesis.engine import observations


def drawn(pattern):
    return st.from_regex(pattern, fullmatch=True)


schemathesis.openapi.format("alloy-name", drawn(r"[a-zA-Zäöüßéλж0-9]([a-zA-Zé0-9 ._-]{0,30}[a-zA-Z0-9])?"))
schemathesis.openapi.format("alloy-text", drawn(r"[a-zA-Zäé0-9]([a-zA-Zéλ0-9 .,\n'-]{0,40})"))
schemathesis.openapi.format("alloy-path", drawn(r"(/[a-z0-9_-]{1,10}){1,3}"))
schemathesis.openapi.format("alloy-branch", drawn(r"alloy/[a-z0-9]{1,10}(-[a-z0-9]{1,5})?"))

path_of_address = observations._same_origin_path


def path_if_address(value, origin):
    """No path for "http://[", at which 4.32.5 ends with "Invalid IPv6 URL"; the text is the caller's own, sent back."""
    try:
        return path_of_address(value, origin)
    except ValueError:
        return None


observations._same_origin_path = path_if_address
