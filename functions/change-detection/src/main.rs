//! `change-detection`, deployed.

use change_detection::{ChangeDetection, Deps};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    if let Some(ended) = installation::parse_worker() {
        return ended;
    }
    function("change-detection", |environment| {
        let (git, parsers) = (installation::git(environment), installation::parsers(environment));
        let (relationships, where_is) = (installation::relationships(environment), installation::where_is(environment));
        move |world| {
            let (blobs, store) = (world.blobs.clone(), world.store.clone());
            let deps = Deps { blobs, store, git, parsers, relationships, where_is };
            Ok(Service::Stages(Stages::default().with::<ChangeDetection>(deps)))
        }
    })
}
