Gem::Specification.new do |spec|
  spec.name = "thing"
  spec.licenses = ["MIT", "Ruby"]
  spec.description = <<~TEXT
    It's spec.add_dependency "not this" one.
  TEXT
  spec.add_dependency "zeitwerk", ">= 2.5", "< 3"
  spec.add_runtime_dependency("rack", "~> 3.0")
  spec.add_development_dependency 'rake'
end
