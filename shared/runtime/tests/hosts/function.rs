//! The function that both clouds run: this test program once more, started by the test of this name.

use std::path::Path;
use std::process::{Child, Command};

use contracts::pipeline::Pipeline;
use runtime::Stages;
use runtime::function::Service;

use crate::scenario::{Pass, Take};

const FOLDER: &str = "PLAY_FOLDER";

/// Hangs are found out after a second, and what failed comes again at once.
const PIPELINE: &str = "
orchestrator:
  stages:
    metadata: { timeout: 1, retries: 5, max_concurrent: 10 }
    structure: { timeout: 1, retries: 5, max_concurrent: 10 }
  error_handling: { max_retries: 5, retry_delay: 0, exponential_backoff: false }
";

/// The pipeline of all hosts.
pub fn pipeline() -> Pipeline {
    serde_saphyr::from_str(PIPELINE).expect("is understood")
}

#[test]
#[ignore = "is the function itself: the hosts' test starts it in a process of its own"]
fn play_function() {
    #[expect(clippy::disallowed_methods, reason = "what the test that started this process tells it")]
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    runtime::function::main("play", |_| {
        |_| {
            let folder = std::path::PathBuf::from(folder);
            Ok(Service::Stages(Stages::default().with::<Take>(folder.clone()).with::<Pass>(folder)))
        }
    });
}

/// A process of it; it ends when this is dropped.
pub struct Function(Child);

impl Drop for Function {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Function {
    pub fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let file = folder.join("pipeline.yaml");
        std::fs::write(&file, PIPELINE).expect("writes");
        #[expect(clippy::disallowed_methods, reason = "a host is a process")]
        let mut command = Command::new(std::env::current_exe().expect("is somewhere"));
        command.args(["--exact", "function::play_function", "--ignored", "--nocapture"]);
        let (store, blobs) = crate::world::urls(folder);
        command.env("ORCHESTRATOR_DATABASE_URL", store).env("ORCHESTRATOR_BLOBS_URL", blobs);
        command.env("ORCHESTRATOR_PIPELINE", file).env(FOLDER, folder).envs(variables.iter().copied());
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log");
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        Self(command.spawn().expect("starts"))
    }

    /// Whether it has ended by itself.
    pub fn is_gone(&mut self) -> bool {
        self.0.try_wait().expect("answers").is_some()
    }
}
