from wire import Pool
import wire

p = Pool()

try:
    p.go()
except wire.Timeout:
    pass
