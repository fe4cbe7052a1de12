//! Lambda's own interface: what a function polls, and what invokes it (PyPI `cargo-lambda`).

use std::path::PathBuf;

use crate::Server;
use crate::install::{command, python, venv};

const PACKAGE: &str = "[package]
name = \"nothing\"
version = \"0.0.0\"
edition = \"2024\"

[[bin]]
name = \"nothing\"
path = \"main.rs\"
";

/// Starts one that knows every function by the name under which it polls.
///
/// A function polls at [`lambda_runtime_address`]; `POST <url>/2015-03-31/functions/<name>/invocations` invokes it.
pub fn lambda_api() -> Server {
    let program = venv("cargo-lambda-1.9.2", &python(13), &["cargo-lambda==1.9.2"]).join("cargo-lambda");
    Server::start(None, |address, folder| {
        let mut wanted = command(&program);
        wanted.args(["lambda", "watch", "--only-lambda-apis", "--ignore-changes"]);
        wanted.args(["-A", &address.ip().to_string(), "-P", &address.port().to_string()]);
        // It wants to stand in a package with a program, whether or not it builds anything of it.
        let files = [("Cargo.toml", PACKAGE), ("main.rs", "fn main() {}\n")];
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap_or_else(|e| panic!("cannot write {name}: {e}"));
        }
        wanted.current_dir(PathBuf::from(folder));
        wanted
    })
}

/// What a function finds in `AWS_LAMBDA_RUNTIME_API`.
pub fn lambda_runtime_address(server: &Server, function: &str) -> String {
    format!("{}/.rt/{function}", server.address())
}
