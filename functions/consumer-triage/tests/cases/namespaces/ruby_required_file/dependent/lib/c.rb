require 'acme/handler/user'
