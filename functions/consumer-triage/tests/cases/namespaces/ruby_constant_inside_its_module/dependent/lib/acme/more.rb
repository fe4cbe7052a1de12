module Acme
  class More
    def go
      Request::Throttle.new
    end
  end
end
