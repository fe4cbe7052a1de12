//! A server that ends with its starter.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::install::command;

/// How long a server may take to answer; installed, each is there within some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs its arguments until nobody holds the other end of its standard input: that is so when the starter ends, however it
/// ends.
const WATCH: &str = r#""$@" & server=$!; cat >/dev/null; kill $server 2>/dev/null; wait $server"#;

/// A running server. It ends when this is dropped, and with the process.
pub struct Server {
    address: SocketAddr,
    folder: TempDir,
    watch: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        drop(self.watch.wait());
    }
}

impl Server {
    /// Starts `program` with the arguments and variables that `set` gives it, for this address and with this folder for its
    /// files; it is there when `path` answers over http, or, without a path, when it takes connections.
    ///
    /// # Panics
    /// If it does not answer in time, with the end of what it printed.
    pub(crate) fn start(path: Option<&str>, set: impl FnOnce(SocketAddr, &std::path::Path) -> Command) -> Self {
        let address = free_address();
        let folder = tempfile::tempdir().unwrap_or_else(|e| panic!("no folder for a server: {e}"));
        let wanted = set(address, folder.path());
        let log = std::fs::File::create(folder.path().join("log")).unwrap_or_else(|e| panic!("no log: {e}"));
        let errors = log.try_clone().unwrap_or_else(|e| panic!("no log: {e}"));
        let mut watch = command("/bin/bash".as_ref());
        watch.args(["-c", WATCH, "server"]).arg(wanted.get_program()).args(wanted.get_args());
        watch.envs(wanted.get_envs().filter_map(|(name, value)| Some((name, value?))));
        watch.current_dir(wanted.get_current_dir().unwrap_or(folder.path()));
        watch.stdin(Stdio::piped()).stdout(log).stderr(errors);
        let watch = watch.spawn().unwrap_or_else(|e| panic!("cannot start {wanted:?}: {e}"));
        let server = Self { address, folder, watch };
        server.wait(path);
        server
    }

    /// `127.0.0.1:<port>`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn wait(&self, path: Option<&str>) {
        let started = Instant::now();
        while !path.map_or_else(|| self.takes_connections(), |path| self.answers("GET", path, "", "")) {
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "a server does not answer on {}: {}", self.address, log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn takes_connections(&self) -> bool {
        TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok()
    }

    /// Whether it answers well to a request; `headers` end in a line break each.
    pub(crate) fn answers(&self, method: &str, path: &str, headers: &str, body: &str) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let length = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            write!(stream, "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}{length}{body}", self.address)?;
            let mut answer = [0; 16];
            let read = stream.read(&mut answer)?;
            Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.") && answer[8..].trim_start().starts_with('2'))
    }
}

/// A port that nobody listens on at the moment.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.unwrap_or_else(|e| panic!("no free port: {e}"))
}
