"""How the official rules walk through an invoice: straight to the nodes that a rule looks at.

The stylesheet that Schematron makes of the rules visits every node of the document once per
pattern, 66 times, though most patterns look at one or two nodes. A frame of ours imports that
stylesheet untouched and begins each pattern's visit at the outermost nodes that any of its rules
names. From there on the official templates run as they are, so the same rules fire on the same
nodes in the same order: the reports are equal byte for byte (``test_walk.py``), eight times faster.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_PATTERN_MODE = re.compile(r"M\d+")
_NODE_BELOW_ROOT = re.compile(r"//?[\w*]")
_PASSING_ON = {"text()", "@*|node()"}
"""Templates of each pattern that no rule made: they say nothing and go on to the next node."""


def frame(rules: Path) -> str | None:
    """The frame around a stylesheet of rules; None where it is not built as we know it.

    Then the rules must be run as they are: a frame may make them faster, never different.
    """
    root = etree.parse(str(rules)).getroot()
    contexts = _contexts(root)
    if not contexts or not _is_as_known(root, contexts):
        return None
    spaces = " ".join(f'xmlns:{key}="{uri}"' for key, uri in root.nsmap.items() if key)
    visits = (
        f'<xsl:template match="/" mode="{mode}"><xsl:apply-templates mode="{mode}"'
        f" select={quoteattr('outermost(' + ' | '.join(nodes) + ')')}/></xsl:template>"
        for mode, nodes in contexts.items()
    )
    return (
        f'<xsl:stylesheet {spaces} version="3.0"><xsl:import href={quoteattr(rules.as_uri())}/>'
        f'<xsl:template match="*"/>{"".join(visits)}</xsl:stylesheet>'
    )


def _contexts(root: Any) -> dict[str, list[str]]:
    """Mode of each pattern -> the nodes its rules look at."""
    contexts: dict[str, list[str]] = defaultdict(list)
    for template in root.iter(f"{_XSL}template"):
        mode, match = template.get("mode") or "", template.get("match")
        if _PATTERN_MODE.fullmatch(mode) and match not in _PASSING_ON:
            contexts[mode].append(match)
    return contexts


def _is_as_known(root: Any, contexts: dict[str, list[str]]) -> bool:
    """Whether every pattern starts at the root, names its nodes from there, and goes down.

    Nothing may look at the document outside of a pattern: without a mode there is the root only.
    """
    calls = [
        (call.get("mode") or "", call.get("select")) for call in root.iter(f"{_XSL}apply-templates")
    ]
    below = {(mode, "@*|*") for mode in contexts}
    starts = {(mode, "/") for mode in contexts}
    of_patterns = {call for call in calls if _PATTERN_MODE.fullmatch(call[0])}
    bare = {one.get("match") for one in root.iter(f"{_XSL}template") if not one.get("mode")}
    return (
        starts <= of_patterns <= starts | below
        and bare == {"/", "text()"}
        and all(
            _NODE_BELOW_ROOT.match(node) and "current(" not in node and "|" not in node
            for nodes in contexts.values()
            for node in nodes
        )
    )
