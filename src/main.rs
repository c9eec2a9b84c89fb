//! `yueli`, the program.

use std::process::ExitCode;

/// Feeds come and go by the thousand in all sizes: the C library's own allocator keeps half of that for nothing.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
