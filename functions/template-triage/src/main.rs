//! `template-triage`, deployed.

use installation::GithubAccess;
use runtime::Stages;
use runtime::function::{Service, main as function};
use template_triage::{Deps, TemplateTriage};

fn main() -> std::process::ExitCode {
    function("template-triage", |environment| {
        let access = GithubAccess::of(environment, &runtime::clock::system());
        let relationships = installation::relationships(environment);
        move |world| {
            let git = access.repositories()?;
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            let deps = Deps { blobs, store, git, relationships, progress };
            Ok(Service::Stages(Stages::default().with::<TemplateTriage>(deps)))
        }
    })
}
