//! Connections that a look leaves open for the run right behind it, so that a server has to let each service in once
//! only.
//!
//! An open door is a saving and nothing else: who finds none, or one that is closed or old, connects. Where a server
//! has no room left, all of them are closed before anybody is refused.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use radoub_postgres::database::Database;

use crate::fleet::ServiceName;
use crate::lanes::Lanes;

/// How many stay open on one server: enough for the founding fleet, far from a default `max_connections` of 100.
const PER_SERVER: usize = 16;

/// What waited longer may be gone without anybody knowing.
const AGE: Duration = Duration::from_secs(30);

/// The connections that are open, one per service.
#[derive(Debug, Default)]
pub struct Doors(RefCell<BTreeMap<ServiceName, (Database, Instant)>>);

impl Doors {
    /// Leaves a connection open, unless its server has enough of them. Who allows a server fewer services at once than
    /// is usual means its connections: one of these is left to who is at work.
    pub(crate) fn leave(&self, service: &ServiceName, database: Database, lanes: Lanes) {
        let is_usual = lanes.per_server >= Lanes::default().per_server;
        let room = if is_usual { PER_SERVER } else { lanes.per_server.saturating_sub(1) };
        let mut doors = self.0.borrow_mut();
        let server = database.url().server_key();
        let same = doors.values().filter(|(it, _)| it.url().server_key() == server);
        if same.count() < room {
            doors.insert(service.clone(), (database, Instant::now()));
        }
    }

    /// The connection of a service, when there is one to rely on.
    pub(crate) fn take(&self, service: &ServiceName) -> Option<Database> {
        let (database, since) = self.0.borrow_mut().remove(service)?;
        (!database.is_closed() && since.elapsed() < AGE).then_some(database)
    }

    /// Closes all of them; gives back whether there were any.
    pub(crate) async fn close(&self) -> bool {
        let doors = self.0.take();
        let were_any = !doors.is_empty();
        for (_, (database, _)) in doors {
            database.close().await;
        }
        were_any
    }
}
