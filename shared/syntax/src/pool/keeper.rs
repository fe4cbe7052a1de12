//! Keeps one child alive: starts it when a file waits, blames the right file when it dies, starts the next one.

use std::sync::Arc;

use super::Settings;
use super::child::{Child, End};
use super::queue::Queue;
use crate::analyze::failed;

/// Runs until it is aborted.
pub async fn keep(settings: Settings, queue: Arc<Queue>) {
    loop {
        let first = queue.pop().await;
        match Child::start(&settings).await {
            Ok(child) => bury(child.serve(first, &queue).await, &settings, &queue),
            Err(error) => {
                tracing::warn!(%error, "no parser child");
                first.answer(Err(error.clone()));
                queue.refuse_all(&error);
            }
        }
    }
}

/// The file at the head is why the child ended; those behind it were only read ahead. A crash is held against a file
/// only when a fresh child dies of it too: the first child may have been worn by the files before.
fn bury(mut end: End, settings: &Settings, queue: &Queue) {
    if let Some(mut head) = end.unanswered.pop_front() {
        let final_word = end.timed_out || head.retried || end.served == 0;
        tracing::debug!(language = head.job.language, cause = end.cause(settings), final_word, "a parser child ended");
        if final_word {
            let analysis = failed(&head.job.language, &head.job.bytes, end.cause(settings));
            head.answer(Ok(analysis));
        } else {
            head.retried = true;
            end.unanswered.push_front(head);
        }
    }
    queue.give_back(end.unanswered);
}
