"""视频办理: where one meets for an appointment by video.

Terms: video meeting 视频会议, address template 会议地址模板, room 会议室, to ring instead 改打电话.

The manager of a hall says for a group of counters of kind video at which service one meets: an https address with
``*`` on a host that the installation allows. We never fetch it. Each appointment gets a room of its own whose name
nobody can guess; its address shows from ten minutes before, to the person and to the clerk, and never in a message.
Whoever cannot manage says so with one tap, and the hall rings. Announces MeetingSet and RingInstead.
"""
