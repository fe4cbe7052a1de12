static FILE: &str = "config/config.hjson";
