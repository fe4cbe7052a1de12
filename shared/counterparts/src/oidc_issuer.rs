//! An OpenID Connect issuer: oauth2-mock-server (npm), with RS256 and ES256 keys.

use std::path::{Path, PathBuf};

use crate::Server;
use crate::install::{command, once, run};

const PACKAGE: &str = "oauth2-mock-server@8.2.3";
const SERVE: &str = include_str!("oidc_issuer/serve.mjs");
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Starts one whose only key is `first`, for RS256. Its address is the issuer.
///
/// `POST /sign` with `{"claims": {…}}` (and `"kid"`, another key than the first) answers a token that is good for an hour
/// from now; `iss`, `iat`, `nbf` and `exp` are there unless the claims say otherwise. `POST /keys` with `{"alg", "kid"}`
/// makes one key more.
pub fn oidc_issuer() -> Server {
    let module = installed().join("node_modules/oauth2-mock-server/dist/index.mjs");
    Server::start(Some(DISCOVERY), |address, folder| {
        let program = folder.join("serve.mjs");
        std::fs::write(&program, SERVE).unwrap_or_else(|e| panic!("cannot write {}: {e}", program.display()));
        let mut wanted = command(Path::new("node"));
        wanted.arg(program).arg(module).arg(address.port().to_string());
        wanted
    })
}

/// The folder that npm filled. No script of a package is run.
fn installed() -> PathBuf {
    once("oauth2-mock-server-8.2.3", |folder| {
        run(command(Path::new("npm"))
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", "--prefix"])
            .arg(folder)
            .arg(PACKAGE));
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_starts_and_ends() {
        let server = super::oidc_issuer();
        let address = server.address();
        drop(server);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
    }
}
