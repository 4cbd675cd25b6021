"""Pages of 我的信息: the public register, my data, corrections, closing the account, the proof for auditors."""

from backend.privacy.pages import public

routes = [*public.routes]
