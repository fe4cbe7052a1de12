//! `template-triage`, deployed.

use runtime::Stages;
use runtime::function::{Service, main as function};
use template_triage::{Deps, TemplateTriage};

fn main() -> std::process::ExitCode {
    function("template-triage", |environment| {
        let (git, relationships) = (installation::git(environment), installation::relationships(environment));
        move |world| {
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            let deps = Deps { blobs, store, git, relationships, progress };
            Ok(Service::Stages(Stages::default().with::<TemplateTriage>(deps)))
        }
    })
}
