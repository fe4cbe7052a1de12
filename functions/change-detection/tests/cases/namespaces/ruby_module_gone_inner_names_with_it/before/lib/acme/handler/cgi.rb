module Acme
  module Handler
    class CGI
    end
  end
end
