//! `initialize`, deployed.

use initialize::{Deps, Initialize};
use installation::GithubAccess;
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    function("initialize", |environment| {
        let access = GithubAccess::of(environment, &runtime::clock::system());
        move |world| {
            let git = access.repositories()?;
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            Ok(Service::Stages(Stages::default().with::<Initialize>(Deps { git, blobs, store, progress })))
        }
    })
}
