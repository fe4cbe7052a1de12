//! Frames on the pipe between the pool and a parser child: a length (4 bytes, little endian), then that many bytes.

use std::io::{self, Read};

use tokio::io::{AsyncRead, AsyncReadExt};

/// No frame is longer: a file is capped well below, and an analysis by its own caps.
pub const MAX_FRAME: usize = 64 << 20;

/// A frame that holds `parts`, one after the other.
pub fn encode(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut frame = Vec::with_capacity(4 + length);
    frame.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    for part in parts {
        frame.extend_from_slice(part);
    }
    frame
}

/// The next frame; none at the end of the stream.
pub fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut payload = vec![0; checked(length)?];
    from.read_exact(&mut payload)?;
    Ok(Some(payload))
}

/// The same without blocking.
pub async fn read_async(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    };
    let mut payload = vec![0; checked(length)?];
    from.read_exact(&mut payload).await?;
    Ok(Some(payload))
}

fn checked(length: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes is too long")));
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_whole_and_in_order() {
        let stream = [encode(&[b"one", b"", b"two"]), encode(&[]), encode(&[&[0; 70_000]])].concat();
        let mut reader = stream.as_slice();
        assert_eq!(read(&mut reader).unwrap(), Some(b"onetwo".to_vec()));
        assert_eq!(read(&mut reader).unwrap(), Some(Vec::new()));
        assert_eq!(read(&mut reader).unwrap().unwrap().len(), 70_000);
        assert_eq!(read(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_broken_stream_is_an_error_and_not_a_huge_allocation() {
        let cut = &encode(&[b"longer than this"])[..10];
        let absurd = [0xff; 16];
        for mut stream in [cut, &absurd] {
            assert!(read(&mut stream).is_err());
        }
    }
}
