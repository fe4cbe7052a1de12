//! Reading contents: as few reads of object storage as their places allow.

use contracts::ObjectId;
use contracts::manifest::{Entry, Place};
use sha1::{Digest, Sha1};

use crate::pack::Unpacker;
use crate::{Error, Snapshot};

/// Frames with less than this between them are read at once: a request costs more than the bytes.
const MAX_GAP: u64 = 16 * 1024;
/// Compressed bytes of one read.
const MAX_READ: u64 = 8 << 20;

/// Neighbouring frames of one pack.
struct Run {
    pack: u32,
    start: u64,
    end: u64,
    /// Each with its position in the answer.
    wanted: Vec<(usize, Wanted)>,
}

/// What a frame must hold.
struct Wanted {
    place: Place,
    size: u64,
    /// None where the entry's id is no digest of its content alone.
    oid: Option<ObjectId>,
}

impl Snapshot {
    /// An entry's bytes; none where they are not kept (see [`contracts::manifest::Content`]).
    ///
    /// # Errors
    ///
    /// [`Error::Blobs`] if object storage fails, [`Error::Damaged`] if a pack is not what the manifest says: a part of an
    /// object cannot be held against the object's key, so each content of a commit is held against its own git object id.
    pub async fn read(&self, entry: &Entry) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.read_many(&[entry]).await?.pop().flatten())
    }

    /// The bytes of many entries, in their order. All of them are in memory at once: ask for a few megabytes at a time.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::read`].
    pub async fn read_many(&self, entries: &[&Entry]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        let mut answer = vec![None; entries.len()];
        // Ids of pseudo-files are not git's: nothing but their size is known.
        let has_ids = self.manifest.commit.is_some();
        for run in runs(entries, has_ids) {
            let pack = self.manifest.packs.get(run.pack as usize).ok_or_else(|| Error::Damaged {
                pack: self.key.clone(),
                what: format!("pack number {}", run.pack),
                why: "there is no such pack".to_owned(),
            })?;
            let length = u32::try_from(run.end - run.start).unwrap_or(u32::MAX);
            let bytes = self.blobs.get_range(pack, run.start, length).await?;
            let opened = tokio::task::spawn_blocking(move || open_all(&bytes, run)).await;
            let damaged = |(at, why): (usize, String)| {
                let what = entries.get(at).map_or_else(String::new, |entry| format!("{:?}", entry.path));
                Error::Damaged { pack: pack.clone(), what, why }
            };
            let opened = opened.map_err(|e| Error::Pack(e.to_string()))?.map_err(damaged)?;
            for (at, content) in opened {
                answer[at] = Some(content);
            }
        }
        Ok(answer)
    }

    /// The text at `path`, bytes that are not UTF-8 replaced; none where there is no such path or nothing is kept.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::read`].
    pub async fn text(&self, path: &str) -> Result<Option<String>, Error> {
        let Some(entry) = self.manifest.entry(path) else { return Ok(None) };
        let bytes = self.read(entry).await?;
        Ok(bytes.map(|bytes| {
            String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
        }))
    }
}

/// Groups the entries that are kept by nearness of their places.
fn runs(entries: &[&Entry], has_ids: bool) -> Vec<Run> {
    let kept = entries.iter().enumerate();
    let wanted = |entry: &Entry| {
        let oid = has_ids.then(|| entry.oid.clone());
        Some(Wanted { place: entry.content.place()?, size: entry.size, oid })
    };
    let mut kept: Vec<(usize, Wanted)> = kept.filter_map(|(at, entry)| Some((at, wanted(entry)?))).collect();
    kept.sort_by_key(|(_, Wanted { place, .. })| (place.pack, place.offset));
    let mut runs: Vec<Run> = Vec::new();
    for (at, wanted) in kept {
        let place = wanted.place;
        let end = place.offset.saturating_add(u64::from(place.length));
        match runs.last_mut() {
            Some(run)
                if run.pack == place.pack
                    && place.offset <= run.end.saturating_add(MAX_GAP)
                    && end.saturating_sub(run.start) <= MAX_READ =>
            {
                run.end = run.end.max(end);
                run.wanted.push((at, wanted));
            }
            _ => runs.push(Run { pack: place.pack, start: place.offset, end, wanted: vec![(at, wanted)] }),
        }
    }
    runs
}

/// Contents with their positions in the answer.
type Opened = Vec<(usize, Vec<u8>)>;

/// Opens every frame of a run, or says which entry's cannot be opened and why.
fn open_all(bytes: &[u8], run: Run) -> Result<Opened, (usize, String)> {
    let mut unpacker = Unpacker::new().map_err(|e| (0, e.to_string()))?;
    let mut opened = Vec::with_capacity(run.wanted.len());
    for (at, Wanted { place, size, oid }) in run.wanted {
        let start = usize::try_from(place.offset - run.start).unwrap_or(usize::MAX);
        let frame = bytes.get(start..start.saturating_add(place.length as usize));
        let frame = frame.ok_or_else(|| (at, "the pack is too short".to_owned()))?;
        let content = unpacker.open(frame, size).map_err(|e| (at, e.to_string()))?;
        if oid.is_some_and(|oid| object_id(&content) != oid.as_str()) {
            return Err((at, "it was altered: it is not the content that the commit names".to_owned()));
        }
        opened.push((at, content));
    }
    Ok(opened)
}

/// The name that git gives to a file's content: 40 hexadecimal digits
/// (<https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>).
pub fn object_id(content: &[u8]) -> String {
    let mut digest = Sha1::new();
    digest.update(format!("blob {}\0", content.len()));
    digest.update(content);
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn contents_are_named_as_git_does() {
        // git hash-object
        let cases =
            [("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"), ("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a")];
        for (content, id) in cases {
            assert_eq!(super::object_id(content.as_bytes()), id);
        }
    }
}
