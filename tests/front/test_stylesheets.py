"""What of a stylesheet is left when only some classes are used."""

from core.stylesheets import used_rules, words

CSS = """
:root{--a:1}
.btn,.btn-exotic{color:red}
.exotic{color:red}
a:not(.exotic):hover{color:blue}
.btn:is(.on,.off) > i{top:0}
.w-1\\/2{width:50%}
@media (min-width:1px){.exotic{top:0}.btn{top:1px}}
@media print{.exotic{top:0}}
@keyframes turn{from{top:0}to{top:1px}}
"""


def test_only_rules_of_known_classes_stay():
    kept = used_rules(CSS, {"btn", "on"})
    assert "--a:1" in kept
    assert ".btn{color:red}" in kept
    assert ".exotic{" not in kept
    assert ".btn-exotic" not in kept
    assert "a:not(.exotic):hover{color:blue}" in kept
    assert ".btn:is(.on,.off) > i{top:0}" in kept
    assert "w-1" not in kept
    assert "@media (min-width:1px){.btn{top:1px}}" in kept
    assert "@media print" not in kept
    assert "@keyframes turn" in kept


def test_an_escaped_class_is_known_by_its_plain_name():
    assert ".w-1\\/2{" in used_rules(CSS, {"w-1/2"})


def test_every_word_of_a_text_may_name_a_class():
    assert {"btn", "btn-primary", "is"} <= words(['<b class="btn btn-primary">is</b>'])
