//! `schema`: the JSON Schema of the record.

use std::io::{self, Write};

use signataire::record;

use super::{Done, Stop};

pub fn run() -> Result<Done, Stop> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &record::schema()).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(Done::All)
}
