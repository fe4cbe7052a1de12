//! Packs: zstd frames back to back, one a file, so that one file can be read without its neighbours.

use std::io;

use contracts::BlobKey;
use contracts::manifest::Place;
use zstd::bulk::{Compressor, Decompressor};

/// A pack is closed above this size, so that little of a repository is in memory at once.
const MAX_PACK: usize = 32 << 20;
/// The fastest: source code shrinks to a quarter with it, and to a fifth with levels that cost five times as much.
const LEVEL: i32 = 1;

/// A closed pack.
pub(crate) struct Pack {
    pub key: BlobKey,
    pub bytes: Vec<u8>,
}

/// Fills packs one after the other.
pub(crate) struct Packer {
    compressor: Compressor<'static>,
    open: Vec<u8>,
    /// Number of the open pack.
    number: u32,
}

impl Packer {
    /// The first pack gets the number `first`.
    pub fn new(first: u32) -> io::Result<Self> {
        Ok(Self { compressor: Compressor::new(LEVEL)?, open: Vec::new(), number: first })
    }

    /// Adds a file. Answers its place, and the pack that became full with it.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<(Place, Option<Pack>)> {
        let frame = self.compressor.compress(bytes)?;
        let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
        let place = Place { pack: self.number, offset: self.open.len() as u64, length };
        self.open.extend_from_slice(&frame);
        let full = (self.open.len() >= MAX_PACK).then(|| self.close());
        Ok((place, full))
    }

    /// The last pack, unless nothing is in it.
    pub fn finish(mut self) -> Option<Pack> {
        (!self.open.is_empty()).then(|| self.close())
    }

    fn close(&mut self) -> Pack {
        self.number += 1;
        let bytes = std::mem::take(&mut self.open);
        Pack { key: blobs::key_of("pack", &bytes), bytes }
    }
}

/// Opens frames. One serves many.
pub(crate) struct Unpacker(Decompressor<'static>);

impl Unpacker {
    pub fn new() -> io::Result<Self> {
        Ok(Self(Decompressor::new()?))
    }

    /// A frame's content, which must be `size` bytes.
    pub fn open(&mut self, frame: &[u8], size: u64) -> io::Result<Vec<u8>> {
        let size = usize::try_from(size).map_err(io::Error::other)?;
        let bytes = self.0.decompress(frame, size)?;
        if bytes.len() == size {
            Ok(bytes)
        } else {
            Err(io::Error::other(format!("{} bytes instead of {size}", bytes.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let files: [&[u8]; 4] = [b"", b"fn main() {}\n", &[0xff; 100_000], "größe".as_bytes()];
        let mut packer = Packer::new(7).unwrap();
        let places: Vec<Place> = files.iter().map(|file| packer.add(file).unwrap().0).collect();
        let pack = packer.finish().unwrap();
        let mut unpacker = Unpacker::new().unwrap();
        for (file, place) in files.iter().zip(&places) {
            assert_eq!(place.pack, 7);
            let start = usize::try_from(place.offset).unwrap();
            let frame = &pack.bytes[start..start + place.length as usize];
            assert_eq!(unpacker.open(frame, file.len() as u64).unwrap(), *file);
            assert!(unpacker.open(frame, file.len() as u64 + 1).is_err());
        }
        assert_eq!(pack.key, blobs::key_of("pack", &pack.bytes));
    }

    #[test]
    fn a_full_pack_is_closed_and_the_next_begins_at_zero() {
        let mut noise = 1_u64;
        let mut file = || -> Vec<u8> {
            let next = |n: &mut u64| {
                *n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (*n >> 56) as u8
            };
            (0..4 << 20).map(|_| next(&mut noise)).collect()
        };
        let mut packer = Packer::new(0).unwrap();
        let (mut full, mut last) = (Vec::new(), None);
        for _ in 0..9 {
            let (place, pack) = packer.add(&file()).unwrap();
            full.extend(pack);
            last = Some(place);
        }
        assert_eq!(full.len(), 1);
        assert!(matches!(last, Some(Place { pack: 1, offset: 0, .. })));
        assert!(packer.finish().is_some());
    }

    #[test]
    fn bytes_that_are_no_frame_are_an_error() {
        assert!(Unpacker::new().unwrap().open(b"not a frame", 11).is_err());
        assert!(Packer::new(0).unwrap().finish().is_none());
    }
}
