"""Writes a copy of the document in which the patterns that Schemathesis cannot draw from are formats of hooks.py.

Usage: prepare.py DOCUMENT COPY. Fails when one of them is not there any more.
"""
import json
import sys

FORMATS = {
    # Classes of Unicode.
    r"^[^\s\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\s\p{C}\p{Z}])?$": "alloy-name",
    # Looking ahead, for which it throws nearly all away that it draws.
    r"^(?=[\s\S]*[^\s\p{C}\p{Z}])[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$": "alloy-text",
    r"^(?![\s\S]*/\.\.(/|$))/[^\p{C}]+$": "alloy-path",
    r"^(?!/)(?!-)(?!refs/)(?!HEAD$)(?!.*(//|\.\.|@\{|/\.|\.lock(/|$)))[A-Za-z0-9._/+@-]*[A-Za-z0-9_+@-]$": "alloy-branch",
}
met = set()


def rewrite(node):
    if isinstance(node, dict):
        pattern = node.get("pattern")
        if isinstance(pattern, str) and pattern in FORMATS:
            met.add(pattern)
            node = {key: value for key, value in node.items() if key != "pattern"}
            node["format"] = FORMATS[pattern]
        return {key: rewrite(value) for key, value in node.items()}
    if isinstance(node, list):
        return [rewrite(item) for item in node]
    return node


with open(sys.argv[1], encoding="utf-8") as source:
    document = rewrite(json.load(source))
missing = set(FORMATS) - met
if missing:
    sys.exit("These patterns are not in the document any more: " + ", ".join(sorted(missing)))
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(document, target)
