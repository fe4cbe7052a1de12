client = Acme::Client.new
client.fetch(1)
