"""实名认证: the national services compare a name with a document number; we keep the answer and their reference."""

from backend.identity.realname import demo
from backend.identity.realname.http import HttpRealNameCheck
from backend.identity.realname.port import RealNameAnswer, RealNameCheck
from backend.settings import settings

__all__ = ["HttpRealNameCheck", "RealNameAnswer", "RealNameCheck", "configured", "demo"]


def configured() -> RealNameCheck | None:
    """The service of the settings; the invented one of the demonstration; or none."""
    chosen = settings()
    if chosen.realname_url:
        return HttpRealNameCheck(chosen.realname_url, app=chosen.realname_app, secret=chosen.realname_secret)
    return demo.check() if chosen.demo else None
