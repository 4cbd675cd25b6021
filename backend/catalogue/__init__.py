"""Catalogue (政务服务事项): what can be done, how, how long it takes, and who does it without a telephone.

Terms: service item 政务服务事项 · guide 办事指南 · theme 主题 · life event 一件事 · adoption 县级认领 ·
promised / statutory limit 承诺 / 法定时限 · offline way 线下办理渠道 · high frequency 高频事项.

The province list (``catalogue_item``) is reference data: every row says its source, the region it comes from and when.
A county adopts an item (``catalogue_adoption``) and sets its own values; each change is a version that is never edited.
States of an adoption: draft (起草) → published (发布) → withdrawn (撤下) → published …

Gate: an item of health care, social insurance, civil affairs or payment cannot be published without a live offline way
(无障碍环境建设法第三十九条). The rule is in ``rules.py`` and again as a CHECK in the database.

Announces CatalogueChanged, ServiceAdopted, ServicePublished, ServiceWithdrawn.
"""
