from app.base import Plain, make
from app.base import quiet

x = Plain(proxies=None)
y = make("x", proxies=1)
z = quiet("x", proxies=1)
