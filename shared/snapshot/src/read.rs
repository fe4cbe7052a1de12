//! Reading contents: as few reads of object storage as their places allow.

use contracts::manifest::{Entry, Place};

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
    /// Position in the answer, place and size of each.
    wanted: Vec<(usize, Place, u64)>,
}

impl Snapshot {
    /// An entry's bytes; none where they are not kept (see [`contracts::manifest::Content`]).
    ///
    /// # Errors
    ///
    /// [`Error::Blobs`] if object storage fails, [`Error::Damaged`] if a pack is not what the manifest says.
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
        for run in runs(entries) {
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
fn runs(entries: &[&Entry]) -> Vec<Run> {
    let kept = entries.iter().enumerate();
    let mut kept: Vec<(usize, Place, u64)> =
        kept.filter_map(|(at, entry)| Some((at, entry.content.place()?, entry.size))).collect();
    kept.sort_by_key(|(_, place, _)| (place.pack, place.offset));
    let mut runs: Vec<Run> = Vec::new();
    for (at, place, size) in kept {
        let end = place.offset.saturating_add(u64::from(place.length));
        match runs.last_mut() {
            Some(run)
                if run.pack == place.pack
                    && place.offset <= run.end.saturating_add(MAX_GAP)
                    && end.saturating_sub(run.start) <= MAX_READ =>
            {
                run.end = run.end.max(end);
                run.wanted.push((at, place, size));
            }
            _ => runs.push(Run { pack: place.pack, start: place.offset, end, wanted: vec![(at, place, size)] }),
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
    for (at, place, size) in run.wanted {
        let start = usize::try_from(place.offset - run.start).unwrap_or(usize::MAX);
        let frame = bytes.get(start..start.saturating_add(place.length as usize));
        let frame = frame.ok_or_else(|| (at, "the pack is too short".to_owned()))?;
        opened.push((at, unpacker.open(frame, size).map_err(|e| (at, e.to_string()))?));
    }
    Ok(opened)
}
