# like provider-service
opts.on("--profile-mode MODE", "x") { |m| system(m) }
