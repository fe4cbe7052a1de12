//! `notify`, deployed: five stages, for whoever writes on an issue takes turns.

use std::sync::Arc;

use installation::GithubAccess;
use notify::{Announcer, Dashboard, Deps, Digest, IssueCommands, Notify, Preview, PreviewDeps};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    function("notify", |environment| {
        let access = GithubAccess::required(environment, &runtime::clock::system());
        let (relationships, where_is) = (installation::relationships(environment), installation::where_is(environment));
        let announce_url = environment.optional("WEBHOOK_URL").unwrap_or_default().to_owned();
        move |world| {
            let github = access.issues()?;
            let announce = Announcer::open(&announce_url, &github)?;
            let preview = PreviewDeps {
                github: github.clone(),
                store: world.store.clone(),
                blobs: world.blobs.clone(),
                fail_on: relationships.notification_settings().pull_request_fail_on,
                asks: world.wiring.speakers("preview-advanced.v1").collect(),
                looks: notify::Looks::default(),
            };
            let deps = Deps {
                github,
                store: world.store.clone(),
                blobs: world.blobs.clone(),
                announce,
                settings: relationships.notification_settings().clone(),
                config_url: None,
                where_is,
                clock: world.clock.clone(),
                watched: Arc::new(move |repo| relationships.watched_by(repo)),
            };
            let stages = Stages::default().with::<Preview>(preview).with::<Notify>(deps.clone());
            let stages = stages.with::<IssueCommands>(deps.clone()).with::<Digest>(deps.clone());
            Ok(Service::Stages(stages.with::<Dashboard>(deps)))
        }
    })
}
