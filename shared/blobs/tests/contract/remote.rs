//! A storage of a cloud is found by the environment, which a process gets when it starts. So a test that needs a server starts
//! this program again, with the server's address, to run one test that is ignored otherwise.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use blobs::{Blobs, Error, key_of};

/// Runs the ignored test `name` with exactly these variables, and fails as it does.
pub fn run(name: &str, variables: &[(&str, &str)]) {
    let program = std::env::current_exe().expect("a program");
    #[expect(clippy::disallowed_methods, reason = "a test with an environment of its own")]
    let mut command = Command::new(program);
    command.args(["--exact", name, "--ignored", "--nocapture"]).env_clear().envs(variables.iter().copied());
    let output = command.output().expect("starts");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{name}: {said}");
}

/// A variable that [`run`] has set.
pub fn given(name: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "what the starting test says")]
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: this test is run by another one"))
}

/// An address on which nobody listens.
pub fn nobody() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// Every operation on `url` ends soon in an error that is tried again and says `words`.
pub async fn fails(url: &str, kind: ErrorKind, words: &[&str]) {
    let blobs = Blobs::open(url).await.expect("opens without asking anybody");
    let key = key_of("test", b"x");
    let started = Instant::now();
    let put = blobs.put(&key, b"x".to_vec()).await;
    let get = blobs.get(&key).await.map(drop);
    let range = blobs.get_range(&key, 0, 1).await.map(drop);
    for (operation, done) in [("put", put), ("get", get), ("get_range", range)] {
        let error = done.expect_err(operation);
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{operation}: {text}");
        assert!(matches!(&error, Error::Io { source, .. } if source.kind() == kind), "{operation}: {error:?}");
        println!("{operation}: {text}");
    }
    assert!(started.elapsed() < Duration::from_secs(30), "it took {:?}", started.elapsed());
}
