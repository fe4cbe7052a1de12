//! Counts what a fetch receives, tells whoever watches, and pulls the brake at the limit.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use gix::progress::{Count, Id, MessageLevel, NestedProgress, Progress, Step, StepShared, UNKNOWN, Unit};

/// How often whoever watches is told, in bytes and in objects.
const EVERY_BYTES: u64 = 256 * 1024;
const EVERY_OBJECTS: u64 = 1_000;
/// Names of gix's counters: bytes of the pack read so far, objects in it seen so far.
const PACK_BYTES: Id = *b"BWRB";
const PACK_OBJECTS: Id = *b"IWIO";

/// What a fetch has received so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Bytes of the pack.
    pub bytes: u64,
    /// Objects seen.
    pub objects: u64,
    /// Objects in all; none until the server has said.
    pub objects_total: Option<u64>,
}

/// Whoever watches a fetch. Called from a blocking thread, now and then; it must return at once.
#[derive(Clone)]
pub struct OnProgress(Arc<dyn Fn(Received) + Send + Sync>);

impl OnProgress {
    /// Tells `sink`.
    pub fn new(sink: impl Fn(Received) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::new(|_| ())
    }
}

impl fmt::Debug for OnProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnProgress")
    }
}

/// One counter of a fetch; all of a fetch share their sums.
#[derive(Debug)]
pub(crate) struct Meter {
    id: Id,
    step: StepShared,
    max: Option<Step>,
    sums: Arc<Sums>,
}

#[derive(Debug)]
struct Sums {
    bytes: AtomicU64,
    objects: AtomicU64,
    objects_total: AtomicU64,
    max_bytes: u64,
    exceeded: AtomicBool,
    interrupt: Arc<AtomicBool>,
    on_progress: OnProgress,
}

impl Meter {
    /// A counter that sets `interrupt` once more than `max_bytes` have arrived.
    pub fn new(max_bytes: u64, interrupt: Arc<AtomicBool>, on_progress: OnProgress) -> Self {
        let sums = Sums {
            bytes: AtomicU64::new(0),
            objects: AtomicU64::new(0),
            objects_total: AtomicU64::new(0),
            max_bytes,
            exceeded: AtomicBool::new(false),
            interrupt,
            on_progress,
        };
        Self { id: UNKNOWN, step: StepShared::default(), max: None, sums: Arc::new(sums) }
    }

    /// Another counter with the same sums.
    pub fn child(&self, id: Id) -> Self {
        Self { id, step: Arc::new(AtomicUsize::new(0)), max: None, sums: self.sums.clone() }
    }

    /// Whether the limit was what stopped the fetch.
    pub fn exceeded(&self) -> bool {
        self.sums.exceeded.load(Ordering::Relaxed)
    }

    fn add(&self, step: Step) {
        let step = u64::try_from(step).unwrap_or(u64::MAX);
        let sums = &self.sums;
        let crossed = match self.id {
            PACK_BYTES => {
                let before = sums.bytes.fetch_add(step, Ordering::Relaxed);
                if before + step > sums.max_bytes {
                    sums.exceeded.store(true, Ordering::Relaxed);
                    sums.interrupt.store(true, Ordering::Relaxed);
                }
                before / EVERY_BYTES != (before + step) / EVERY_BYTES
            }
            PACK_OBJECTS => {
                let before = sums.objects.fetch_add(step, Ordering::Relaxed);
                before / EVERY_OBJECTS != (before + step) / EVERY_OBJECTS
            }
            _ => false,
        };
        if crossed {
            sums.tell();
        }
    }
}

impl Sums {
    fn tell(&self) {
        let total = self.objects_total.load(Ordering::Relaxed);
        (self.on_progress.0)(Received {
            bytes: self.bytes.load(Ordering::Relaxed),
            objects: self.objects.load(Ordering::Relaxed),
            objects_total: (total > 0).then_some(total),
        });
    }
}

impl Count for Meter {
    fn set(&self, step: Step) {
        let before = self.step.swap(step, Ordering::Relaxed);
        self.add(step.saturating_sub(before));
    }

    fn step(&self) -> Step {
        self.step.load(Ordering::Relaxed)
    }

    fn inc_by(&self, step: Step) {
        self.step.fetch_add(step, Ordering::Relaxed);
        self.add(step);
    }

    fn counter(&self) -> StepShared {
        self.step.clone()
    }
}

impl Progress for Meter {
    fn init(&mut self, max: Option<Step>, _unit: Option<Unit>) {
        self.max = max;
        if self.id == PACK_OBJECTS
            && let Some(total) = max
        {
            self.sums.objects_total.store(total as u64, Ordering::Relaxed);
            self.sums.tell();
        }
    }

    fn max(&self) -> Option<Step> {
        self.max
    }

    fn set_name(&mut self, _name: String) {}

    fn name(&self) -> Option<String> {
        None
    }

    fn id(&self) -> Id {
        self.id
    }

    fn message(&self, _level: MessageLevel, _message: String) {}
}

impl NestedProgress for Meter {
    type SubProgress = Self;

    fn add_child(&mut self, _name: impl Into<String>) -> Self {
        self.child(UNKNOWN)
    }

    fn add_child_with_id(&mut self, _name: impl Into<String>, id: Id) -> Self {
        self.child(id)
    }
}
