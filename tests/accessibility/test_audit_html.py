"""The audit of every page finds what it promises to find, and leaves a sound page alone."""

import pytest

from accessibility.audits.html import findings

PAGE = """<!doctype html><html lang="{lang}"><head><title>办事</title></head>
<body><main><h1>办事</h1>{body}</main></body></html>"""


def audit(body: str, *, lang: str = "zh-Hans") -> list[str]:
    return findings(PAGE.format(lang=lang, body=body))


@pytest.mark.parametrize(
    "body",
    [
        '<form action="/search" method="get"><label for="q">搜</label><input id="q"><button>搜</button></form>',
        '<a href="/halls"><svg aria-hidden="true"><path d="M0 0"/></svg>大厅</a><img src="/a.png" alt="">',
        '<label>姓名<input name="n"></label><p lang="en">Your place has been kept for you</p>',
        '<script type="application/ld+json">{"@type": "Service"}</script><script src="/static/app.js"></script>',
        "<p>API 与 HTTP 链接</p>",
    ],
)
def test_a_sound_page_has_no_findings(body: str) -> None:
    assert audit(body) == []


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("<div><p>一</div>", "<p> is still open at </div>"),
        ("</section>", "</section> closes nothing"),
        ("<h1>再一次</h1>", "2 <h1> instead of one"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' is used twice"),
        ('<p aria-describedby="gone">一</p>', "points with aria-describedby to #gone, which is not there"),
        ('<a href="#gone">去</a>', "leads to #gone, which is not there"),
        ('<input name="phone">', "<input name='phone'> has no label"),
        ('<select name="s" aria-label=""><option>一</option></select>', "<select name='s'> has no label"),
        ("<fieldset><label>一<input></label></fieldset>", "a <fieldset> has no <legend>"),
        ('<img src="/a.png">', "has no alt"),
        ('<a href="/x"><svg aria-hidden="true"></svg></a>', "<a href='/x'> has no name"),
        ("<button></button>", "<button> has no name"),
        ("<a>去</a>", "<a> leads nowhere"),
        ('<a href="/x">去<button>按</button></a>', "<button> lies inside <a href='/x'>"),
        ('<form method="post" action="//evil.example"><button>交</button></form>', "not to a path of ours"),
        ('<form action="/x"><button>交</button></form>', "does not say its method"),
        ('<form method="post" action="/x"></form>', "the form to /x has no button"),
        (
            "<table><thead><tr><th>日</th><th>号</th></tr></thead>"
            '<tbody><tr><th>一</th><td class="num">9</td></tr></tbody></table>',
            "the column '号' is at the right edge, its heading is not",
        ),
        ('<p style="color:red">一</p>', "<p> carries style"),
        ("<style>p{}</style>", "<style> carries style"),
        ("<script>alert(1)</script>", "there is an inline script"),
        ('<p onclick="x()">一</p>', "<p> carries onclick"),
        ('<a href="javascript:x()">去</a>', "runs script by href"),
        ("<p>{{ name }}</p>", "a template leaks"),
        ("<p>您好 {name}</p>", "a template leaks"),
        ("<p>None</p>", "<p> shows 'None'"),
        ("<p>Your place has been kept</p>", "untranslated: 'Your place has been kept'"),
    ],
)
def test_what_is_wrong_is_named(body: str, finding: str) -> None:
    assert any(finding in each for each in audit(body)), audit(body)


def test_an_english_page_may_be_english() -> None:
    assert audit("<p>Your place has been kept</p>", lang="en") == []


def test_a_page_says_its_language_and_its_type() -> None:
    assert "<html> must be there once, with lang" in audit("", lang="")
    assert "does not begin with <!doctype html>" in findings("<html lang='zh'></html>")
