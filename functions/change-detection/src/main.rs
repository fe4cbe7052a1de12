//! `change-detection`, deployed.

use change_detection::{ChangeDetection, Deps};
use installation::GithubAccess;
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    if let Some(ended) = installation::parse_worker() {
        return ended;
    }
    function("change-detection", |environment| {
        let access = GithubAccess::of(environment, &runtime::clock::system());
        let parsers = installation::parsers(environment);
        let (relationships, where_is) = (installation::relationships(environment), installation::where_is(environment));
        move |world| {
            let git = access.repositories()?;
            let (blobs, store) = (world.blobs.clone(), world.store.clone());
            let deps = Deps { blobs, store, git, parsers, relationships, where_is };
            Ok(Service::Stages(Stages::default().with::<ChangeDetection>(deps)))
        }
    })
}
