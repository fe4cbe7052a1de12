//! Bytes that arrive from elsewhere.

use contracts::BlobKey;

use crate::{Error, MOST_BYTES};

/// Bytes that arrive piece by piece, counted before they are kept.
pub(crate) struct Arriving<'a> {
    key: &'a BlobKey,
    most: usize,
    bytes: Vec<u8>,
}

impl<'a> Arriving<'a> {
    /// For the answer to `range`, of which the storage says that it has `announced` bytes.
    pub(crate) fn new(key: &'a BlobKey, range: Option<(u64, u32)>, announced: u64) -> Result<Self, Error> {
        let most = range.map_or(MOST_BYTES, |(_, length)| length as usize);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        let arriving = Self { key, most, bytes: Vec::new() };
        arriving.check(announced)?;
        Ok(Self { bytes: Vec::with_capacity(announced), ..arriving })
    }

    pub(crate) fn add(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.check(self.bytes.len().saturating_add(piece.len()))?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    pub(crate) fn all(self) -> Vec<u8> {
        self.bytes
    }

    fn check(&self, bytes: usize) -> Result<(), Error> {
        if bytes <= self.most {
            return Ok(());
        }
        Err(Error::TooLarge { key: self.key.clone(), bytes: bytes as u64, most: self.most as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_arrives_than_was_asked_for() {
        let key: BlobKey = "test/0".parse().expect("a key");
        assert!(Arriving::new(&key, Some((0, 10)), 11).is_err());
        assert!(Arriving::new(&key, None, u64::MAX).is_err());
        let mut arriving = Arriving::new(&key, Some((0, 4)), 2).expect("fits");
        arriving.add(b"abc").expect("fits, though more than announced");
        assert!(matches!(arriving.add(b"de"), Err(Error::TooLarge { bytes: 5, most: 4, .. })));
        assert_eq!(arriving.all(), b"abc");
    }
}
