//! Lambda's own interface: what a function polls, and what invokes it (PyPI `cargo-lambda`).

use std::path::PathBuf;

use crate::Server;
use crate::install::{command, python, venv};

/// Starts one for a function of this name.
///
/// A function polls at [`lambda_runtime_address`]; `POST <url>/2015-03-31/functions/<name>/invocations` invokes it.
pub fn lambda_api(function: &str) -> Server {
    let program = venv("cargo-lambda-1.9.2", &python(13), &["cargo-lambda==1.9.2"]).join("cargo-lambda");
    Server::start(None, |address, folder| {
        let mut wanted = command(&program);
        wanted.args(["lambda", "watch", "--only-lambda-apis", "--ignore-changes"]);
        wanted.args(["-A", &address.ip().to_string(), "-P", &address.port().to_string()]);
        let files = [("Cargo.toml", package(function)), ("main.rs", "fn main() {}\n".to_owned())];
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap_or_else(|e| panic!("cannot write {name}: {e}"));
        }
        wanted.current_dir(PathBuf::from(folder));
        wanted
    })
}

/// What a function finds in `AWS_LAMBDA_RUNTIME_API`.
pub fn lambda_runtime_address(server: &Server, function: &str) -> String {
    format!("{}/.rt/{function}", server.url())
}

/// What it takes for the function: it asks that there is a program of its name, and builds none.
fn package(function: &str) -> String {
    let named = format!("name = \"{function}\"");
    format!("[package]\n{named}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[[bin]]\n{named}\npath = \"main.rs\"\n")
}
