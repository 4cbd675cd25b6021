"""Portal 门户: the first page, the one search box, how pages are shown, and what we say about ourselves.

It owns no data. The home page puts together what other slices know: the next appointment, life events (一件事), halls
nearby. Preferences (显示方式) are mode, language and place; they live in the viewer's cookie and, for somebody signed
in, with the account. Elder mode 「长辈版」 is also found by its other names: 亲情版, 关爱版, 关怀版, 适老版.

Announces nothing, listens to nothing.
"""
