from requests import Client

x = Client(proxies=1)
