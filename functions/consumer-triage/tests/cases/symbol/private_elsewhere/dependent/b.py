from wire import Pool

p = Pool()
