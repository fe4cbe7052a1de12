module Other
  X = Request::Throttle
end
