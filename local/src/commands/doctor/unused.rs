//! Whether a declared consumer shows any sign of its provider.

use contracts::RepoName;
use contracts::manifest::EntryKind;
use git::{Fetched, Limits};

use super::Check;

/// Bytes that are looked through; a consumer that is larger is believed.
const MOST_BYTES: u64 = 256 << 20;

/// A warning where neither an interface file nor a single text of the consumer's head names the provider.
///
/// An address may be given when a service starts, so that its name stands in no file: a person has to say.
pub(super) async fn unused(
    fetched: &Fetched,
    consumer: &RepoName,
    provider: &RepoName,
    has_interface: bool,
    limits: &Limits,
) -> Result<Option<Check>, git::Error> {
    if has_interface {
        return Ok(None);
    }
    let listing = fetched.repository.list(&fetched.after, limits.max_files).await?;
    let (reader, source) = (fetched.repository.reader(), provider.clone());
    let read = tokio::task::spawn_blocking(move || {
        let mut room = MOST_BYTES;
        for entry in listing.entries {
            if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
                continue;
            }
            let Some(bytes) = reader.blob(&entry.oid)? else { return Ok(true) };
            let Some(left) = room.checked_sub(bytes.len() as u64) else { return Ok(true) };
            room = left;
            let is_text = !bytes.contains(&0);
            if is_text && consumer_triage::is_named(&source, &String::from_utf8_lossy(&bytes)) {
                return Ok(true);
            }
        }
        Ok(false)
    });
    // A reading that panicked found nothing out.
    let is_named: Result<bool, git::Error> = read.await.unwrap_or(Ok(true));
    Ok((!is_named?).then(|| {
        Check::warning(
            "config.relationship_unused",
            format!("{consumer}: nothing in it names {provider}"),
            "remove the relationship, or name the files that deal with the provider as interface_files",
        )
    }))
}
