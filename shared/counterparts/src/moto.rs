//! Moto: SQS and S3, as a second opinion beside LocalStack (PyPI `moto`). It takes what SQS would refuse: characters, sizes.

use crate::Server;
use crate::install::{command, python, venv};

/// Starts one, empty. Any credentials and any region do.
pub fn moto() -> Server {
    let program = venv("moto-5.2.5", &python(13), &["moto[server]==5.2.5"]).join("moto_server");
    Server::start(Some("/moto-api/data.json"), |address, _| {
        let mut wanted = command(&program);
        wanted.args(["-H", &address.ip().to_string(), "-p", &address.port().to_string()]);
        wanted
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_starts_and_ends() {
        let server = super::moto();
        let address = server.address();
        drop(server);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
    }
}
