//! What the tests of the door have in common: a runtime, connections, questions to the server.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use radoub_postgres::database::{ConnectError, ConnectSettings, Database};
use radoub_postgres::url::DatabaseUrl;

/// Runs a test's future on a runtime of its own, and ends it when it hangs.
#[track_caller]
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(120), test).await.expect("the test hangs")
    })
}

/// The settings of the tests: patient with a busy machine, never for ever.
pub(crate) fn settings() -> ConnectSettings {
    ConnectSettings {
        deadline: Some(Duration::from_secs(20)),
        statement_timeout: Some(Duration::from_secs(20)),
        ..ConnectSettings::default()
    }
}

/// Connects.
pub(crate) async fn try_connect(url: &str) -> Result<Database, ConnectError> {
    Database::connect(&DatabaseUrl::parse(url).unwrap(), &settings()).await
}

/// Connects, or fails the test with the whole chain.
pub(crate) async fn connect(url: &str) -> Database {
    match try_connect(url).await {
        Ok(database) => database,
        Err(error) => panic!("{}", chain(&error)),
    }
}

/// An error with everything below it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
