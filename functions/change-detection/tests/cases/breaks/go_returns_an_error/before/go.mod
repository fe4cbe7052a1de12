module example.org/acme/ids
