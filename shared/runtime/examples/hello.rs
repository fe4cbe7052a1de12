//! The least that a Lambda function in Rust can be: what our own functions' starts are held against (`cargo xtask bench`).

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

async fn hello(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

fn main() -> Result<(), Error> {
    tokio::runtime::Runtime::new()?.block_on(lambda_runtime::run(service_fn(hello)))
}
