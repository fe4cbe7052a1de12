//! `metadata`, deployed.

use metadata::{Deps, Metadata};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    function("metadata", |_| {
        |world| {
            let deps = Deps { blobs: world.blobs.clone(), progress: world.progress() };
            Ok(Service::Stages(Stages::default().with::<Metadata>(deps)))
        }
    })
}
