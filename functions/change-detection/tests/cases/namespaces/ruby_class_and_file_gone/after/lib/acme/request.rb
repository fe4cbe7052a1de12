module Acme
  class Request
    def run
    end
  end
end
