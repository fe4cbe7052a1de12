//! `webhook-ingest`, deployed.

use std::sync::Arc;

use runtime::function::{Service, main as function};
use webhook_ingest::queued::QueuedInbox;
use webhook_ingest::{Actions, ActionsSettings, Deps, Secret, WEBHOOK_SECRET_SETTING, router};

fn main() -> std::process::ExitCode {
    function("webhook-ingest", |environment| {
        let (relationships, where_is) = (installation::relationships(environment), installation::where_is(environment));
        let webhook_secret =
            Secret::new(environment.required(WEBHOOK_SECRET_SETTING, "GitHub signs deliveries with it"));
        let api_key = environment.optional("ORCHESTRATOR_API_KEY").and_then(Secret::new);
        let actions = ActionsSettings::read(|name| environment.optional(name).map(str::to_owned));
        let actions = actions.as_ref().map(Actions::open).transpose().unwrap_or_else(|why| {
            environment.complain(why);
            None
        });
        move |world| {
            Ok(Service::Http(router(Deps {
                inbox: Arc::new(QueuedInbox::new(world.clone())),
                relationships,
                webhook_secret,
                unsigned_ok: false,
                api_key,
                actions,
                where_is,
                now_ms: world.clock.clone(),
                version: env!("CARGO_PKG_VERSION"),
            })))
        }
    })
}
