//! `yueli`, the program.

use std::process::ExitCode;

/// Feeds come and go by the thousand in all sizes: glibc's own allocator keeps half of that for nothing. Elsewhere
/// jemalloc has no thread that gives back what is free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
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
