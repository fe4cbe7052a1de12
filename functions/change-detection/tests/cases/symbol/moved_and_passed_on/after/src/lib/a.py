from lib.b import first
