client = Acme::Client.new
client.fetch_all
other.fetch_all
