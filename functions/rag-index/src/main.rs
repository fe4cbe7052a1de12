//! `rag-index`, deployed.

use rag_index::{Deps, RagIndex};
use runtime::Stages;
use runtime::function::{Service, main as function};

fn main() -> std::process::ExitCode {
    if let Some(ended) = installation::parse_worker() {
        return ended;
    }
    function("rag-index", |environment| {
        let parsers = installation::parsers(environment);
        move |world| {
            let (blobs, store, progress) = (world.blobs.clone(), world.store.clone(), world.progress());
            Ok(Service::Stages(Stages::default().with::<RagIndex>(Deps { blobs, store, parsers, progress })))
        }
    })
}
