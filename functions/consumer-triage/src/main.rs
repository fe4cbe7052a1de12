//! `consumer-triage`, deployed.

use consumer_triage::{Adviser, ConsumerTriage, Deps};
use installation::{GithubAccess, ModelKeys};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    if let Some(ended) = installation::parse_worker() {
        return ended;
    }
    function("consumer-triage", |environment| {
        let access = GithubAccess::of(environment, &runtime::clock::system());
        let parsers = installation::parsers(environment);
        let (relationships, keys) = (installation::relationships(environment), ModelKeys::of(environment));
        move |world| {
            let git = access.repositories()?;
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            let budget_micro_usd = i64::try_from(world.pipeline.model.budget_micro_usd()).unwrap_or(i64::MAX);
            let adviser = |model| Adviser { model, budget_micro_usd, now_ms: world.clock.clone() };
            let adviser = installation::model(&keys, &world.pipeline)?.map(adviser);
            let deps = Deps { blobs, store, git, parsers, relationships, adviser, progress };
            Ok(Service::Stages(Stages::default().with::<ConsumerTriage>(deps)))
        }
    })
}
