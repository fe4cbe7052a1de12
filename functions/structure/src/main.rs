//! `structure`, deployed.

use runtime::Stages;
use runtime::function::{Service, main as function};
use structure::{Deps, Structure};

fn main() -> std::process::ExitCode {
    function("structure", |_| {
        |world| {
            let deps = Deps { blobs: world.blobs.clone(), store: world.store.clone(), progress: world.progress() };
            Ok(Service::Stages(Stages::default().with::<Structure>(deps)))
        }
    })
}
