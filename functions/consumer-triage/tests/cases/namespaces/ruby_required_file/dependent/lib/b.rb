begin
  require 'acme/handler'
rescue LoadError
  nil
end
