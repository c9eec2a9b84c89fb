//! `yueli`, the program.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match yueli::cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yueli: {error:#}");
            ExitCode::FAILURE
        }
    }
}
