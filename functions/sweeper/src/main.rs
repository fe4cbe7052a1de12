//! `sweeper`, deployed: a schedule calls it.

use std::sync::Arc;

use futures::FutureExt;
use installation::GithubAccess;
use runtime::World;
use runtime::function::{Error, Service, main as function};
use sweeper::queued::QueuedOutlet;
use sweeper::{Deps, Outside, Settings, sweep};

fn main() -> std::process::ExitCode {
    function("sweeper", |environment| {
        let access = GithubAccess::of(environment, &runtime::clock::system());
        let (relationships, where_is) = (installation::relationships(environment), installation::where_is(environment));
        let service_url = environment.optional("ORCHESTRATOR_URL").map(str::to_owned);
        move |world: &World| {
            let repositories = relationships.repositories().cloned().collect();
            let outside =
                Outside::new(access.repositories()?, access.issues()?, where_is, repositories, service_url.as_deref());
            let schedule = &relationships.notification_settings().digest_schedule;
            let deps = Deps {
                ledger: Arc::new(world.store.clone()),
                outlet: Arc::new(QueuedOutlet::new(world.clone())),
                forge: Arc::new(outside),
                // A bucket removes what is old by itself.
                attic: None,
                settings: Settings::new(schedule, world.pipeline.orchestrator.retention.days),
                relationships,
            };
            Ok::<_, Error>(Service::Scheduled(rounds(deps, world)))
        }
    })
}

/// A round a call. Its figures are lines of their own, for alarms that read the log.
fn rounds(deps: Deps, world: &World) -> runtime::function::Work {
    let clock = world.clock.clone();
    Arc::new(move || round(deps.clone(), clock()).boxed())
}

async fn round(deps: Deps, now: i64) -> Result<(), String> {
    let report = sweep(&deps, now).await;
    report.metrics().iter().for_each(|line| println!("{line}"));
    report.problems.iter().for_each(|problem| tracing::warn!("sweeping: {problem}"));
    Ok(())
}
