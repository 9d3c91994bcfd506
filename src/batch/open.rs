//! A file as a stream of bytes: unpacked where its name ends in `.gz` or `.zst`, counted, and watched while it is read.

use std::{
    fs::{File, Metadata},
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use crate::{bug, source::Fault};

/// Bytes read at a time.
const BUFFER: usize = 64 << 10;

/// The extensions of packed files.
pub const PACKED: [&str; 2] = ["gz", "zst"];

pub type Stream = Box<dyn BufRead + Send>;

/// A file that is being read.
pub struct Opened {
    pub stream: Stream,
    pub watch: Watch,
}

/// What a file was when it was opened. Devices and pipes have no size and are not watched.
pub struct Watch {
    file: File,
    was: Option<Metadata>,
}

impl Watch {
    /// Bytes on the disk; `None` for devices and pipes.
    pub fn size(&self) -> Option<u64> {
        self.was.as_ref().map(Metadata::len)
    }

    /// The fault of a file that is no longer what it was when it was opened.
    pub fn changed(&self) -> Option<Fault> {
        let was = self.was.as_ref()?;
        let now = self.file.metadata().ok()?;
        let (old, new) = (was.len(), now.len());
        if new > old {
            return Some(Fault::Unreadable(format!("it grew from {old} to {new} bytes while it was read; what was added is left out")));
        }
        let same = new == old && was.modified().ok() == now.modified().ok();
        (!same).then(|| Fault::Unreadable("it changed while it was read".to_owned()))
    }
}

/// Opens a file. What is added to it later is not read.
///
/// # Errors
/// The file cannot be opened. What is wrong with packed data shows when it is read.
pub fn open(path: &Path, count: &Arc<AtomicU64>) -> io::Result<Opened> {
    let file = File::open(path)?;
    let was = Some(file.metadata()?).filter(Metadata::is_file);
    let watch = Watch { file: file.try_clone()?, was };
    let limit = watch.size().unwrap_or(u64::MAX);
    let raw = BufReader::with_capacity(BUFFER, Counted { inner: file, count: Arc::clone(count) }.take(limit));
    let stream: Stream = match extension(path).as_deref() {
        Some("gz") => gzip(raw),
        Some("zst") => zstd(raw),
        _ => Box::new(raw),
    };
    Ok(Opened { stream, watch })
}

/// Standard input, unpacked where its first bytes say that it is packed.
pub fn stdin() -> io::Result<Stream> {
    let mut raw = BufReader::with_capacity(BUFFER, io::stdin());
    Ok(match raw.fill_buf()? {
        [0x1f, 0x8b, ..] => gzip(raw),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => zstd(raw),
        _ => Box::new(raw),
    })
}

/// In lower case.
pub fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn gzip(raw: impl BufRead + Send + 'static) -> Stream {
    Box::new(BufReader::with_capacity(BUFFER, Guarded(MultiGzDecoder::new(raw))))
}

fn zstd(raw: impl BufRead + Send + 'static) -> Stream {
    Box::new(BufReader::with_capacity(BUFFER, Guarded(Frames { raw, decoder: FrameDecoder::new(), begun: false })))
}

/// Adds up the bytes read.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        self.count.fetch_add(size as u64, Ordering::Relaxed);
        Ok(size)
    }
}

/// An unpacker that a file makes panic is a fault of the file's reading, and ends no batch.
struct Guarded<R>(R);

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match bug::catch(|| self.0.read(buffer)) {
            Ok(Ok(size)) => Ok(size),
            Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Ok(Err(error)) => Err(io::Error::new(error.kind(), format!("the packed data is damaged: {error}"))),
            Err(words) => Err(io::Error::other(format!("the packed data cannot be unpacked: {words}"))),
        }
    }
}

/// The frames of a Zstandard file, one after the other; each may end in a checksum, which is held.
struct Frames<R> {
    raw: R,
    decoder: FrameDecoder,
    begun: bool,
}

impl<R: BufRead> Frames<R> {
    /// Opens the next frame; `false` at the end of the file.
    fn frame(&mut self) -> io::Result<bool> {
        loop {
            if self.raw.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.raw) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.raw.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }

    fn check(&self) -> io::Result<()> {
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(stated), Some(found)) if stated != found => Err(io::Error::other("its checksum is another")),
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBlocks;
        while self.decoder.can_collect() == 0 {
            if !self.begun || self.decoder.is_finished() {
                if self.begun {
                    self.check()?;
                }
                self.begun = self.frame()?;
                if !self.begun {
                    return Ok(0);
                }
            }
            self.decoder.decode_blocks(&mut self.raw, UptoBlocks(1)).map_err(io::Error::other)?;
        }
        self.decoder.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn packed(text: &[u8]) -> io::Result<Vec<u8>> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text)?;
        packer.finish()
    }

    fn unpack(mut stream: Stream) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map(|_| bytes).map_err(|error| error.to_string())
    }

    /// Two pieces one after the other are one text; what is cut short or damaged is told.
    fn check(open: fn(&'static [u8]) -> Stream, pack: &dyn Fn(&[u8]) -> Vec<u8>) {
        let text: Vec<u8> = (0..200_000_u64).flat_map(|n| (n * n % 977).to_string().into_bytes()).collect();
        let (head, tail) = text.split_at(70_000);
        let whole = [pack(head), pack(tail)].concat();
        let keep = |bytes: Vec<u8>| -> &'static [u8] { bytes.leak() };
        assert!(unpack(open(keep(whole.clone()))) == Ok(text.clone()));
        assert_eq!(unpack(open(keep(pack(b"")))), Ok(Vec::new()));
        for cut in [3, 12, whole.len() / 2, whole.len() - 1] {
            let told = unpack(open(keep(whole[..cut].to_vec())));
            assert!(told.clone().is_err_and(|words| words.contains("packed data")), "{cut}: {:?}", told.map(|bytes| bytes.len()));
        }
        let mut wrong = whole.clone();
        wrong[whole.len() / 2] ^= 0x55;
        let read = unpack(open(keep(wrong)));
        assert!(read.is_err(), "a damaged byte is seen");
    }

    #[test]
    fn packed_files() {
        check(|bytes| gzip(bytes), &|text| packed(text).unwrap_or_default());
        check(|bytes| zstd(bytes), &|text| compress_to_vec(text, CompressionLevel::Fastest));
        // A frame to be skipped, then one to be read.
        let skipped = [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), compress_to_vec(b"text".as_slice(), CompressionLevel::Fastest)].concat();
        assert_eq!(unpack(zstd(skipped.leak() as &[u8])), Ok(b"text".to_vec()));
    }

    #[test]
    fn a_file_that_grows() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("a.txt");
        std::fs::write(&path, "one")?;
        let mut opened = open(&path, &Arc::default())?;
        assert!(opened.watch.changed().is_none());
        File::options().append(true).open(&path)?.write_all(b"two")?;
        let mut text = String::new();
        opened.stream.read_to_string(&mut text)?;
        assert_eq!(text, "one");
        assert!(opened.watch.changed().is_some_and(|fault| fault.to_string().contains("from 3 to 6 bytes")));
        Ok(())
    }
}
