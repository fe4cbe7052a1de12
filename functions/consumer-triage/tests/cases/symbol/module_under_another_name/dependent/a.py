import lib.urls as u

u.quote(1)
urls.quote(1)
