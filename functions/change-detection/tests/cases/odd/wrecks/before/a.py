def (((:
