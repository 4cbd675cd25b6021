"""Places 地方: where people live and where they are served.

Divisions (行政区划): province, prefecture, county, township, village or community, by their 12-digit division code
(行政区划代码); the first six digits of a county are the *region* by which all tenant data is kept.
Halls (政务大厅, 便民服务中心): 19 come from a public listing and are unverified; 1,825 are derived from the
divisions and have a name only. A hall is *derived*, *listed* or *confirmed* by its own city; nothing is ever invented.
Days (工作日历): workday, weekend, holiday (节假日) and make-up workday (调休上班). A year whose arrangement is not yet
published has statutory days only and says so.

Announces: HallConfirmed. Listens to nothing.
"""
