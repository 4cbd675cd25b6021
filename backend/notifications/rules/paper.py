"""A letter as PDF (ISO 32000-1), in large type, with no library: a few objects and one font that every reader has.

The font is the standard Chinese one of Adobe-GB1, named and not embedded; words are UTF-16 in the file.
"""

SIZE, LEAD, WIDTH = 16, 26, 27.0  # points, points from line to line, full-width signs in a line
TOP, LEFT, LINES = 770, 70, 27
FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


def pdf(address: str, subject: str, body: str) -> bytes:
    """The letter: address, a blank, its subject, then its words."""
    lines = [*address.splitlines(), "", "", *wrapped(subject), "", *wrapped(body)]
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 595 842] >>",
        *FONT,
    ]
    for number, page in enumerate(pages):
        drawn = _drawn(page)
        uses = f"/Resources << /Font << /F 3 0 R >> >> /Contents {first + 2 * number + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {uses} >>")
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return _file(objects)


def wrapped(text: str) -> list[str]:
    """The text in lines that fit; a sign of the small alphabet is half as wide."""
    lines = []
    for part in text.splitlines():
        line, used = "", 0.0
        for sign in part:
            wide = 0.5 if sign.isascii() else 1.0
            if used + wide > WIDTH:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + sign, used + wide
        lines.append(line)
    return lines


def _drawn(lines: list[str]) -> str:
    shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    return f"BT /F {SIZE} Tf {LEAD} TL {LEFT} {TOP} Td\n{shown}\nET"


def _file(objects: list[str]) -> bytes:
    made, places = b"%PDF-1.5\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + end.encode("ascii")
