"""The same three facts in the layouts that sites give them: the words of the label decide, never the markup."""

from __future__ import annotations

import pytest

from catalog.listing import Audience

LABELS = {
    "kind": "course",
    "currency": "USD",
    "pages": {"items": ["/page"]},
    "labels": {"price": ["Price"], "member_price": ["Member Price"], "credits": ["Credits"]},
}
LAYOUTS = {
    "table": "<table><tr><th>Price</th><td>$30</td></tr><tr><th>Member Price</th><td>$20</td></tr>"
    "<tr><th>Credits</th><td>1.5 P.A.C.E.</td></tr></table>",
    "definition list": "<dl><dt>Price</dt><dd>$30</dd><dt>Member Price</dt><dd>$20</dd>"
    "<dt>Credits</dt><dd>1.5 P.A.C.E.</dd></dl>",
    "strong": "<p><strong>Price:</strong> $30<br><strong>Member Price:</strong> $20<br>"
    "<strong>Credits</strong>: 1.5 P.A.C.E.</p>",
    "spans": "<div><span>Price</span><span>$30</span></div><div><span>Member Price</span><span>$20</span></div>"
    "<div><span>Credits</span><span>1.5 P.A.C.E.</span></div>",
    "divisions": "<div><div>Price</div><div>$30</div><div>Member Price</div><div>$20</div>"
    "<div>Credits</div><div>1.5 P.A.C.E.</div></div>",
    "dashes": "<ul><li>Price – $30</li><li>Member Price – $20</li><li>Credits – 1.5 P.A.C.E.</li></ul>",
    "headings": "<h4>Price</h4><p>$30</p><h4>Member Price</h4><p>$20</p><h4>Credits</h4><p>1.5 P.A.C.E.</p>",
    "hard spaces": "<p>Price:&nbsp;$30</p><p>Member&nbsp;Price:&nbsp;$20</p>"
    "<p>Credits:&nbsp;1.5&nbsp;P.A.C.E.&reg;</p>",
    "said twice": "<p>Price: $30</p><p>Member Price: $20</p><p>Credits: 1.5 P.A.C.E.</p><p>Price: $30</p>",
    "comments and marks": "<p>Price<!-- $5 -->: $30</p><p>Member Price: $20</p>"
    "<p>Credits: 1.5 <b>P.A.C.E.</b><sup>®</sup> contact hours</p>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_facts_in_every_layout(read_page, layout) -> None:
    body = f"<body><nav>Price: $1</nav><h1>Course</h1>{LAYOUTS[layout]}<footer>Price: $99</footer></body>"
    listing = read_page("labelled_pages", body, **LABELS).only
    assert [(offer.audience, offer.minor) for offer in listing.offers] == [
        (Audience.PUBLIC, 3000),
        (Audience.MEMBER, 2000),
    ]
    assert [(credit.thousandths, credit.unit.value) for credit in listing.credits] == [(1500, "pace")]


def test_a_sentence_that_begins_with_a_labels_word_is_no_label(read_page) -> None:
    body = "<body><h1>Course</h1><p>Price matters in a market of $5 billion.</p><p>Credits roll at the end.</p></body>"
    listing = read_page("labelled_pages", body, **LABELS).only
    assert listing.offers == ()
    assert listing.credits == ()
