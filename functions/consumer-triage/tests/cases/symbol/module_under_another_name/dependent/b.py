from lib import urls as v

v.quote(1)
v.other(1)
