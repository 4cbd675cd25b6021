"""The roles there are: what a verb may name, what a post can give. One list, so that a misspelt role opens nothing."""

import msgspec

from backend.core.words import N_


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role with its official term. ``post`` says whether it comes with a post."""

    name: str
    official: str
    title: str
    post: bool = True


ROLES = {
    each.name: each
    for each in (
        Role(name="resident", official="居民", title=N_("Resident"), post=False),
        Role(name="operator", official="话务员", title=N_("Phone operator")),
        Role(name="clerk", official="窗口人员", title=N_("Clerk at a counter")),
        Role(name="manager", official="大厅主任", title=N_("Manager of a hall")),
        Role(name="city", official="市级运营人员", title=N_("Operator for the whole city")),
        Role(name="administrator", official="系统管理员", title=N_("System administrator")),
        Role(name="security", official="安全管理员", title=N_("Security administrator")),
        Role(name="auditor", official="审计员", title=N_("Auditor")),
        Role(name="grid", official="网格员", title=N_("Grid worker")),
        Role(name="volunteer", official="志愿者", title=N_("Volunteer")),
        Role(name="merchant", official="商户", title=N_("Merchant")),
        Role(name="property", official="物业服务企业", title=N_("Property company")),
        Role(name="kiosk", official="自助终端", title=N_("Kiosk"), post=False),
        Role(name="system", official="系统", title=N_("The installation itself"), post=False),
    )
}
POSTS = tuple(name for name, role in ROLES.items() if role.post)
DESKS = ("operator", "clerk")  # who meets callers and visitors, and may act for them
FIELD = ("grid", "volunteer")  # who goes to people's homes, and may act for them there
