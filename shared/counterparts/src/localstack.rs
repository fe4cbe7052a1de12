//! LocalStack: SQS, S3 and SSM in one process (PyPI `localstack`, host mode).

use crate::Server;
use crate::install::{command, python, venv};

const PACKAGES: [&str; 5] =
    ["localstack-core[runtime]==4.14.0", "localstack==4.14.0", "cbor2<5.8", "pyOpenSSL==25.3.0", "service_identity"];

/// Starts one, empty. Any credentials and any region do.
pub fn localstack() -> Server {
    let python = venv("localstack-4.14.0", &python(13), &PACKAGES).join("python");
    Server::start(Some("/_localstack/health"), |address, folder| {
        let mut wanted = command(&python);
        wanted.args(["-m", "localstack.runtime.main"]);
        wanted.env("GATEWAY_LISTEN", address.to_string()).env("SERVICES", "sqs,s3,ssm").env("DNS_ADDRESS", "0");
        wanted.env("DISABLE_EVENTS", "1").env("SKIP_SSL_CERT_DOWNLOAD", "1");
        wanted.env("LOCALSTACK_VOLUME_DIR", folder.join("volume")).env("FILESYSTEM_ROOT", folder.join("files"));
        wanted
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_starts_and_ends() {
        let server = super::localstack();
        let address = server.address();
        drop(server);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
    }
}
