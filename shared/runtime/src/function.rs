//! A deployed function, from the start of its process: settings, doors, host.
//!
//! Nothing here asks the network before the first message but Lambda's own interface (and, where secrets lie in the
//! parameter store, that): a cold start is what the first message waits for.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use blobs::Blobs;
use contracts::pipeline::Pipeline;
use environment::Environment;
use futures::future::BoxFuture;
use queue::Queue;
use store::Store;

use crate::stages::Stages;
use crate::{Observers, Wiring, World, clock};

/// What a process does.
pub enum Service {
    /// Hears messages.
    Stages(Stages),
    /// Answers requests.
    Http(Router),
    /// Works whenever a schedule says so; answers what went wrong, and is called again then.
    Scheduled(Work),
}

/// One round of scheduled work.
pub type Work = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Why a function cannot start.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs function `name` until its platform ends it.
///
/// `settings` reads what the function alone needs; whatever is missing then, of that or of the doors, is one error. What it
/// answers makes the service once the doors are open.
pub fn main<M>(name: &'static str, settings: impl FnOnce(&Environment) -> M) -> ExitCode
where
    M: FnOnce(&World) -> Result<Service, Error>,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_max_level(tracing::Level::INFO)
        .without_time()
        .with_target(false)
        .init();
    // A second provider that is linked by accident would panic at the first connection.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let ended = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(serve(settings)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(function = name, "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve<M>(settings: impl FnOnce(&Environment) -> M) -> Result<(), Error>
where
    M: FnOnce(&World) -> Result<Service, Error>,
{
    #[cfg_attr(not(feature = "aws"), expect(unused_mut, reason = "only Lambda's secrets lie elsewhere"))]
    let mut environment = Environment::of_process();
    match Platform::detect(&environment) {
        #[cfg(feature = "aws")]
        Platform::Lambda => {
            crate::parameters::fetch(&mut environment).await?;
            let (world, service) = open(&environment, settings).await?;
            crate::lambda::run(world, service).await
        }
        #[cfg(feature = "gcp")]
        Platform::CloudRun => {
            let place = crate::cloud_run::Place::of(&environment);
            let (world, service) = open(&environment, settings).await?;
            crate::cloud_run::run(world, service, place).await
        }
        other => Err(format!("nothing to do here: {}", other.advice()).into()),
    }
}

async fn open<M>(environment: &Environment, settings: impl FnOnce(&Environment) -> M) -> Result<(World, Service), Error>
where
    M: FnOnce(&World) -> Result<Service, Error>,
{
    let make = settings(environment);
    let (queue, blobs, store) = (
        environment.required("ORCHESTRATOR_QUEUE_URL", "where messages wait, sqs:https://… or pubsub:projects/…"),
        environment.required("ORCHESTRATOR_BLOBS_URL", "where documents lie, s3:<bucket> or gs:<bucket>"),
        environment.required("ORCHESTRATOR_DATABASE_URL", "where state is kept, postgres://…"),
    );
    let pipeline = environment.optional("ORCHESTRATOR_PIPELINE").unwrap_or("config/pipeline.yaml");
    let pipeline = read_pipeline(Path::new(pipeline)).unwrap_or_else(|why| {
        environment.complain(why);
        Pipeline::default()
    });
    environment.check()?;
    let clock = clock::system();
    let world = World {
        queue: Queue::open(queue, clock.clone()).await?,
        store: Store::open(store).await?,
        blobs: Blobs::open(blobs).await?,
        wiring: Arc::new(Wiring::installed()?),
        pipeline: Arc::new(pipeline),
        clock,
        observers: Observers::default(),
    };
    let service = make(&world)?;
    Ok((world, service))
}

fn read_pipeline(path: &Path) -> Result<Pipeline, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    serde_saphyr::from_str(&text).map_err(|e| format!("cannot use {}: {e}", path.display()))
}

/// Where the process runs, as the platform itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
    Lambda,
    /// <https://cloud.google.com/run/docs/container-contract>
    CloudRun,
    /// A person's machine.
    Elsewhere,
}

impl Platform {
    fn detect(environment: &Environment) -> Self {
        if environment.optional("AWS_LAMBDA_RUNTIME_API").is_some() {
            return Self::Lambda;
        }
        let is_cloud_run = ["K_SERVICE", "PORT"].iter().all(|name| environment.optional(name).is_some());
        if is_cloud_run { Self::CloudRun } else { Self::Elsewhere }
    }

    /// What to do about a platform that this build has no host for.
    fn advice(self) -> &'static str {
        match self {
            Self::Lambda => "this is AWS Lambda and the function was built without it; build with --features aws",
            Self::CloudRun => "this is Cloud Run and the function was built without it; build with --features gcp",
            Self::Elsewhere => {
                "neither AWS_LAMBDA_RUNTIME_API nor K_SERVICE and PORT are set; locally run downstream dev"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_says_itself_where_we_are() {
        let of = |environment: Environment| Platform::detect(&environment);
        assert_eq!(of(Environment::from([("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")])), Platform::Lambda);
        assert_eq!(of(Environment::from([("K_SERVICE", "metadata"), ("PORT", "8080")])), Platform::CloudRun);
        assert_eq!(of(Environment::from([("PORT", "8080")])), Platform::Elsewhere);
        assert_eq!(of(Environment::default()), Platform::Elsewhere);
    }
}
