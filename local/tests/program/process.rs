//! Starting the program.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program with nothing of this machine's settings.
pub fn downstream(home: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the tests start the program")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_downstream"));
    command.env_clear().env("HOME", home).env("PATH", path()).env("ORCHESTRATOR_HOME", home.join("state"));
    command.current_dir(home).stdin(Stdio::null());
    command
}

fn path() -> String {
    #[expect(clippy::disallowed_methods, reason = "a test needs the path to find git")]
    std::env::var("PATH").unwrap_or_default()
}

/// What a finished process said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Said {
    command.output().expect("the program starts").into()
}

/// `downstream dev`, running.
pub struct Dev {
    pub address: SocketAddr,
    child: Child,
}

impl Dev {
    /// Starts it and waits until it says where it listens.
    pub fn start(command: &mut Command) -> Self {
        let mut child =
            command.args(["dev", "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let address = loop {
            let line = lines.next().expect("says where it listens").expect("is text");
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split('/').next().and_then(|a| a.parse().ok()).expect("is an address");
            }
        };
        // Read on, or the program would wait for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, child }
    }

    /// SIGKILL: no handler, no clean-up.
    pub fn kill(mut self) {
        self.child.kill().expect("is killed");
        self.child.wait().expect("is gone");
    }

    /// SIGTERM: drains.
    pub fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("is told");
        let status = self.child.wait().expect("ends");
        assert!(status.success(), "{status}");
    }
}
