require 'acme/handler'
