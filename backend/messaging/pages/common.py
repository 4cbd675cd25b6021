"""What the pages of messaging share."""

from typing import Any

from litestar import Request, Response

from accessibility.render import page
from backend.core.problems import Problem
from backend.core.words import N_

Asked = Request[Any, Any, Any]
KINDS = {
    "sms": N_("Text message"), "email": N_("E-mail"), "letter": N_("Letter"), "push": N_("Notice on the phone"),
    "miniprogram": N_("Mini-program message"),
}  # fmt: skip
WORDINGS = {"standard": N_("Standard"), "plain": N_("Plain, for elders")}
LANGUAGES = {"zh_CN": "中文", "en": "English"}


def shown(request: Asked, name: str, problem: Problem | None = None, **context: Any) -> Response[bytes]:
    """A page as it is, or again with what was wrong: status and headers follow the problem."""
    answer = page(request, name, status=problem.status if problem else 200, **context)
    answer.headers.update(problem.headers if problem else {})
    return answer
