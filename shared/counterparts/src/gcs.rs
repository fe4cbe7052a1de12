//! Google Cloud Storage's JSON interface (PyPI `gcp-storage-emulator`).

use crate::Server;
use crate::install::{command, python, venv};

/// The emulator leaves out what Google's Rust client relies on. Added as Google documents it: the generation of what is read
/// (<https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooggeneration>), the condition of a write
/// (<https://cloud.google.com/storage/docs/request-preconditions>), an answer to a range beyond the end, a reason where the
/// bucket is what is missing, and answers to more than one client at a time.
const CORRECTED: &str = include_str!("gcs.py");

/// Starts one with one empty bucket. Any credentials do; set `STORAGE_EMULATOR_HOST` to its address.
pub fn gcs(bucket: &str) -> Server {
    let python =
        venv("gcp-storage-emulator-2026.7.19", &python(13), &["gcp-storage-emulator==2026.7.19"]).join("python");
    Server::start(Some("/"), |address, _| {
        let mut wanted = command(&python);
        wanted.args(["-c", CORRECTED, &address.ip().to_string(), &address.port().to_string(), bucket]);
        wanted
    })
}
