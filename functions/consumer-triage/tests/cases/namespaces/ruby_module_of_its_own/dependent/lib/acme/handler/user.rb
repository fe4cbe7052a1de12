module Acme
  module Handler
    class User
    end
  end
end
