module User
  STACK = Builder.new do |builder|
    if defined?(Acme::Request::Throttle)
      builder.use Acme::Request::Throttle, max: 3
    end
  end
end
