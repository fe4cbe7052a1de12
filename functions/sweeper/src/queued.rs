//! Where messages enter in a cloud: the queues themselves. A repeat is recognised by the stage that decides, so everything
//! counts as new here.

use contracts::MessageId;
use futures::FutureExt;
use runtime::World;
use runtime::direct::Direct;
use stage::Fault;

use crate::asks::Answer;
use crate::{Outlet, Said, Whom};

/// Sends what is said.
pub struct QueuedOutlet {
    world: World,
    direct: Direct,
}

impl QueuedOutlet {
    /// Over the doors of a function.
    pub fn new(world: World) -> Self {
        Self { direct: Direct::new(world.clone()), world }
    }
}

impl Outlet for QueuedOutlet {
    fn say(&self, id: MessageId, said: Said) -> Answer<'_, bool> {
        async move {
            let sent = match said {
                Said::Change(change) => self.direct.accept(id, *change).await,
                Said::Digest(digest) => self.direct.accept_message(id, digest).await,
                Said::Touched(touched) => self.direct.accept_message(id, *touched).await,
            };
            sent.map(|()| true).map_err(Fault::retry)
        }
        .boxed()
    }

    fn again(&self, whom: Whom, id: MessageId, envelope: String) -> Answer<'_, ()> {
        async move {
            let sent = match whom {
                Whom::Stage(stage) => self.world.again(&stage, id, &envelope).await,
                Whom::Topic(topic) => self.world.again_to_all(&topic, id, &envelope).await,
            };
            sent.map_err(Fault::retry)
        }
        .boxed()
    }
}
