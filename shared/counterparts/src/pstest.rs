//! Google's fake of Pub/Sub (`cloud.google.com/go/pubsub/pstest`) as a server, built once with Debian's packages. It is of
//! 2020: it publishes, pulls and takes back, and knows no push, dead letters or order.

use std::path::{Path, PathBuf};

use crate::Server;
use crate::install::{command, once, run};
use crate::queues::with_dead_letters;

const PACKAGES: [&str; 2] = ["golang-google-cloud-dev", "golang-go"];
/// Where Debian puts the sources of Go's packages.
const GOPATH: &str = "/usr/share/gocode";

/// Starts one in which the topics and subscriptions of `stages` exist, each with its dead letters: those of
/// `pubsub:projects/<project>/<prefix>`. Its address is what `PUBSUB_EMULATOR_HOST` holds.
pub fn pstest(project: &str, prefix: &str, stages: &[&str]) -> Server {
    let program = program();
    let names = with_dead_letters(prefix, stages).map(|name| format!("{project}/{name}"));
    Server::start(None, |address, _| {
        let mut wanted = command(&program);
        wanted.arg(address.to_string()).args(names);
        wanted
    })
}

fn program() -> PathBuf {
    let install = |folder: &Path| {
        make_sure_of_go();
        std::fs::create_dir_all(folder).unwrap_or_else(|e| panic!("cannot make {}: {e}", folder.display()));
        let source = folder.join("main.go");
        std::fs::write(&source, include_str!("pstest/main.go")).unwrap_or_else(|e| panic!("cannot write main.go: {e}"));
        let mut build = command("go".as_ref());
        build.env("GO111MODULE", "off").env("GOPATH", GOPATH).env("GOFLAGS", "").env("CGO_ENABLED", "0");
        build.env("GOCACHE", folder.join("built"));
        run(build.args(["build", "-o", "pstest", "main.go"]).current_dir(folder));
    };
    once("pstest-2", install).join("pstest")
}

/// Debian's packages, asked for when they are missing.
fn make_sure_of_go() {
    let fake = Path::new(GOPATH).join("src/cloud.google.com/go/pubsub/pstest");
    let go = command("go".as_ref()).arg("version").output();
    if fake.exists() && go.is_ok_and(|output| output.status.success()) {
        return;
    }
    let apt = |arguments: &[&str]| {
        let mut apt = command("apt-get".as_ref());
        let installed = apt.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").output();
        let installed = installed.is_ok_and(|output| output.status.success());
        assert!(installed, "Pub/Sub's counterpart needs Go: sudo apt-get install {}", PACKAGES.join(" "));
    };
    apt(&["update"]);
    apt(&[&["install", "--yes", "--no-install-recommends"], PACKAGES.as_slice()].concat());
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_starts_and_ends() {
        let server = super::pstest("test", "t-", &["code_analysis", "notify"]);
        let address = server.address();
        drop(server);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
    }
}
