x = Acme::Handler.get('a')
