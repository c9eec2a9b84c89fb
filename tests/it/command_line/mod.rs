//! The commands beside `serve`, run as people run them.

mod copies;
mod serving;
mod webhooks;

use std::path::Path;

use crate::support::{db::TestDb, program::Program};

/// The program in a folder of its own, on a database.
fn program(db: &TestDb) -> Program {
    program_on(db.url(), db.folder())
}

fn program_on(database_url: &str, folder: &Path) -> Program {
    Program::new(Path::new(env!("CARGO_BIN_EXE_yueli")), folder, database_url)
}
