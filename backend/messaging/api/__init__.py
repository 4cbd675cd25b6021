"""The doors for programs. The v2 interface has its own address, so its routes stand beside the pages."""

from typing import Any

routes: list[Any] = []
