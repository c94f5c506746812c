"""Formats of dates and numbers where Django's own do not fit an office in China.

Dates are read the same way in both languages. ISO comes first, since date pickers expect it.
"""

DATE_INPUT_FORMATS = [
    "%Y-%m-%d",  # 2016-09-05
    "%Y/%m/%d",  # 2016/9/5
    "%Y.%m.%d",  # 2016.9.5
    "%Y年%m月%d日",  # 2016年9月5日
    "%Y%m%d",  # 20160905
    "%d %b %Y",  # 5 Sep 2016
    "%d %B %Y",  # 5 September 2016
]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"]
DATETIME_INPUT_FORMATS = [
    f"{day} {time}" for day in DATE_INPUT_FORMATS for time in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
]
