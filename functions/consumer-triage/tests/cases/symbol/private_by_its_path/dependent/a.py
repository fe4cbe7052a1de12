from wire._client import Pool

p = Pool()
