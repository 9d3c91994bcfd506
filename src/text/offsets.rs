//! From byte offsets of the source to code points and UTF-16 units.

/// Bytes between two counts.
const STEP: usize = 64;

/// Counts kept every 64 bytes, so that one offset costs at most 63 bytes of counting; a text of ASCII alone keeps none.
pub struct Offsets<'s> {
    source: &'s str,
    /// (code points, UTF-16 units) before each multiple of `STEP`.
    counts: Vec<(u32, u32)>,
}

impl<'s> Offsets<'s> {
    pub fn new(source: &'s str) -> Self {
        let mut counts = Vec::new();
        if !source.is_ascii() {
            counts.reserve(source.len() / STEP + 1);
            let mut sum = (0, 0);
            for chunk in source.as_bytes().chunks(STEP) {
                counts.push(sum);
                let (chars, units) = count(chunk);
                sum = (sum.0 + chars, sum.1 + units);
            }
        }
        Offsets { source, counts }
    }

    /// The code points before `byte`. An offset inside a character counts that character; one beyond the end counts all.
    pub fn chars(&self, byte: u32) -> u32 {
        self.at(byte).0
    }

    /// The UTF-16 units before `byte`, under the same conditions as [`Offsets::chars`].
    pub fn utf16(&self, byte: u32) -> u32 {
        self.at(byte).1
    }

    fn at(&self, byte: u32) -> (u32, u32) {
        let byte = (byte as usize).min(self.source.len());
        let Some(last) = self.counts.len().checked_sub(1) else {
            return (byte as u32, byte as u32);
        };
        let block = (byte / STEP).min(last);
        let (chars, units) = count(&self.source.as_bytes()[block * STEP..byte]);
        (self.counts[block].0 + chars, self.counts[block].1 + units)
    }
}

/// Code points and UTF-16 units whose first byte is among these.
fn count(bytes: &[u8]) -> (u32, u32) {
    let (mut chars, mut high) = (0, 0);
    for &b in bytes {
        chars += u32::from(b & 0xC0 != 0x80);
        high += u32::from(b >= 0xF0);
    }
    (chars, chars + high)
}
