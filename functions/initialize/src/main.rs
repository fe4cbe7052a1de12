//! `initialize`, deployed.

use initialize::{Deps, Initialize};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    function("initialize", |environment| {
        let git = installation::git(environment);
        move |world| {
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            Ok(Service::Stages(Stages::default().with::<Initialize>(Deps { git, blobs, store, progress })))
        }
    })
}
